/** Parameters of `Hdf5Loader`: names and defaults of ptypy 0.9. */
import * as z from 'zod';
import { extend, ignored, param, type Values } from '../../params/declare.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import {
  bool,
  custom,
  either,
  float,
  int,
  list,
  nullable,
  pair,
  path,
  several,
  text,
  two,
  type ParamType,
} from '../../params/types.ts';

const file = (what: string) =>
  param(nullable(path()), { default: null, help: `HDF5 file of ${what}. None: \`intensities.file\`.` });

const key = (what: string) =>
  param(nullable(text()), { default: null, help: `Path of ${what} in its file.` });

/** (rows, cols), or the frames' layout. */
const pixelArray = (what: string) => ({
  file: file(what),
  key: key(`${what}: (rows, cols), or laid out like the frames`),
});

const liveKey = (what: string) =>
  param(nullable(text()), {
    default: null,
    help: `Path of a dataset that marks complete ${what} while the scan is measured: nonzero where complete, or one number that counts them.`,
  });

const factorHelp = (what: string, unit: string): string =>
  `Factor that turns ${what} into ${unit}. With 1 (or −1) the \`units\` attribute of the dataset decides; without one they are ${unit}.`;

const isSwmr = ignored('The file itself shows whether a program writes it in SWMR mode.');

const bounds = (axis: string) =>
  param(nullable(either(int({ min: 0 }), two(int({ min: 0 }), 'min, max'))), {
    default: null,
    help: `Scan points to use along the ${axis} axis, as array indices: the lower bound, or [min, max) .`,
  });

const side = z.int().min(0);

type Sides = readonly [number, number, number, number];

const padding: ParamType<Sides, number | Sides> = custom(
  z.union([side.transform((n): Sides => [n, n, n, n]), z.tuple([side, side, side, side])]),
  'int ≥ 0 or (top, bottom, left, right)',
  'an integer of at least 0, or four of them [top, bottom, left, right]',
);

export const HDF5_LOADER = extend(SCAN_DATA, {
  intensities: {
    file: param(nullable(path()), { default: null, help: 'HDF5 or NeXus file of the frames.' }),
    key: key('the frames, (frames, rows, cols) or (slow, fast, rows, cols)'),
    live_key: liveKey('frames'),
    is_swmr: isSwmr,
  },
  positions: {
    file: file('the positions'),
    slow_key: key('the positions along the slow axis (y)'),
    slow_multiplier: param(float(), { default: 1, help: factorHelp('slow positions', 'metres') }),
    slow_index: param(nullable(int({ min: 0 })), {
      default: null,
      help: 'Which column or row of the slow dataset, when it has an axis more than the scan.',
    }),
    fast_key: key('the positions along the fast axis (x)'),
    fast_multiplier: param(float(), { default: 1, help: factorHelp('fast positions', 'metres') }),
    fast_index: param(nullable(int({ min: 0 })), {
      default: null,
      help: 'Which column or row of the fast dataset, when it has an axis more than the scan.',
    }),
    live_slow_key: liveKey('slow positions'),
    live_fast_key: liveKey('fast positions'),
    is_swmr: isSwmr,
    skip: param(int({ min: 1 }), { default: 1, help: 'Use every n-th scan point in each direction.' }),
    bounding_box: { fast_axis_bounds: bounds('fast'), slow_axis_bounds: bounds('slow') },
  },
  mask: {
    ...pixelArray('the mask'),
    invert: param(bool(), {
      default: false,
      help: 'The mask marks bad pixels (0 is good) rather than good ones (above 0 is good).',
    }),
  },
  darkfield: pixelArray('the dark field'),
  flatfield: pixelArray('the flat field'),
  normalisation: {
    file: file('the incident intensity'),
    key: key('the incident intensity, a value for each frame'),
    sigma: param(float({ above: 0 }), {
      default: 3,
      help: 'Frames whose incident intensity is this many standard deviations off the mean or more are not scaled.',
    }),
  },
  framefilter: { file: file('the frame filter'), key: key('a value for each frame; those above 0 are used') },
  frameorder: {
    indices: param(nullable(list(int({ min: 0 }))), {
      default: null,
      help: 'New order of the frames that bounds, skip and filter leave: which of them comes first, second, …',
    }),
  },
  recorded_energy: {
    file: file('the recorded energy'),
    key: key('the recorded energy'),
    multiplier: param(float(), { default: 1, help: factorHelp('the recorded energy', 'keV') }),
    offset: param(float(), { default: 0, unit: 'keV', help: 'Added to the recorded energy.' }),
  },
  recorded_distance: {
    file: file('the recorded distance'),
    key: key('the recorded distance from sample to detector'),
    multiplier: param(float(), { default: 1, help: factorHelp('the recorded distance', 'metres') }),
  },
  recorded_psize: {
    file: file('the recorded pixel size'),
    key: key('the recorded size of a detector pixel, one value or (row, col)'),
    multiplier: param(float(), {
      default: 1,
      help: factorHelp('the recorded pixel size', 'metres'),
    }),
  },
  shape: param(nullable(pair(int({ min: 1 }))), {
    default: null,
    unit: 'pixel',
    help: 'Region of interest in pixels of the (padded) raw frame. None: the full frame.',
  }),
  outer_index: param(nullable(several(int({ min: 0 }))), {
    default: null,
    help: 'Which item of the leading axis (or axes) that the datasets have beyond one scan, e.g. energies or angles.',
  }),
  padding: param(nullable(padding), {
    default: null,
    unit: 'pixel',
    help: 'Rows and columns of masked zeros added around each raw frame: top, bottom, left, right.',
  }),
});

export type Hdf5Parameters = Values<typeof HDF5_LOADER>;
