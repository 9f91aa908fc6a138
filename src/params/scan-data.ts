/**
 * The parameters every scan has (`scans.<label>.data`). Names and defaults are ptypy's, those it does not know are said so.
 * Loaders declare theirs on top with `extend(SCAN_DATA, …)` or change defaults with `withDefaults`.
 */
import * as z from 'zod';
import { param, type ParamGroup, type Values } from './declare.ts';
import { isMapping } from './values.ts';
import {
  bool,
  choice,
  custom,
  either,
  float,
  int,
  list,
  mapping,
  nullable,
  pair,
  path,
  text,
  two,
} from './types.ts';

/** 0..7, or the three switches it is made of: 4 transpose, 2 flip rows, 1 flip columns. The checked value is 0..7. */
const orientation = custom(
  z.union([
    z.int().min(0).max(7),
    z
      .tuple([bool().schema, bool().schema, bool().schema])
      .transform(([transpose, flipRows, flipColumns]) => 4 * +transpose + 2 * +flipRows + +flipColumns),
  ]),
  'int 0..7 or (transpose, flipud, fliplr)',
  'an integer from 0 to 7, or three switches [transpose, flipud, fliplr]',
);

const PSIZE = pair(float({ above: 0 }), 'row, col');
const DISTANCE = float({ above: 0 });
const ENERGY = float({ above: 0 });

/** The parameters that every scan has, by ptypy's names. */
export const SCAN_DATA = {
  name: param(nullable(text()), {
    default: null,
    help: 'Which scan class loads the data. None: the class itself.',
  }),
  source: param(nullable(path('file')), {
    default: null,
    help:
      'Of every scan class: `file` uses the prepared `dfile` as it is, read-only, and ignores the parameters of preparation; ' +
      'the path of a prepared file: that file is prepared again and may be saved to `dfile`. None: the class loads its frames.',
  }),
  dfile: param(nullable(path()), {
    default: null,
    help: 'File of prepared data (`.ptyd`): where it is saved, or read from with `source: file`.',
  }),
  chunk_format: param(text(), {
    default: '.chunk%02d',
    help: 'Suffix of the chunk files with `save: link`, a printf pattern of the chunk number.',
  }),
  save: param(nullable(choice(['append', 'link', 'merge'])), {
    default: null,
    help: 'How prepared data is saved: all chunks in one file, a linked file per chunk, or one chunk that holds all.',
  }),
  auto_center: param(nullable(bool()), {
    default: null,
    help: 'Find the optical axis in the frames. false: never; none: only if `center` is none; true: always.',
  }),
  load_parallel: param(nullable(choice(['data', 'common', 'all'])), {
    default: 'data',
    help: 'What is loaded on all ranks: frames, the common part, or both. None: the master loads and distributes.',
  }),
  rebin: param(nullable(int({ min: 1, max: 32 })), {
    default: null,
    unit: 'pixel',
    help: 'Binning factor; it must divide the cropped shape.',
  }),
  rebin_mode: param(choice(['sum', 'mean']), {
    default: 'sum',
    help: 'Whether binned pixels are summed (photon counts stay counts) or averaged as in ptypy. Not in ptypy.',
  }),
  orientation: param(nullable(orientation), {
    default: null,
    help: 'Turns the frame: 4 transpose, then 2 flip rows, then 1 flip columns, added up, or the three switches.',
  }),
  min_frames: param(int({ min: 1 }), {
    default: 1,
    unit: 'frames',
    help: 'Per rank. While the scan is measured and fewer are there, the answer is WAIT.',
  }),
  num_frames: param(nullable(int({ min: 1 })), {
    default: null,
    unit: 'frames',
    help: 'Largest number of frames to prepare. None: all that have positions.',
  }),
  positions_theory: param(nullable(list(two(float(), 'y, x'))), {
    default: null,
    unit: 'm',
    help: 'Positions (N, 2) as (y, x); they replace measured ones and set the number of frames.',
  }),
  positions_unit: param(nullable(choice(['m', 'pixel'])), {
    default: null,
    help:
      'What positions count: metres, or pixels of the sample (in the far field λ·distance/(psize·N)). None: from a prepared ' +
      'file, else metres. Not in ptypy.',
  }),
  label: param(nullable(text()), {
    default: null,
    help: 'Label of the scan. None: its name in the configuration.',
  }),
  experimentID: param(nullable(text()), {
    default: null,
    help: 'Name of the experiment, for documentation.',
  }),
  version: param(either(float(), text()), {
    default: 0.1,
    help: 'Version of the `.ptyd` layout, for documentation.',
  }),
  shape: param(nullable(pair(int({ min: 1 }))), {
    default: [256, 256],
    unit: 'pixel',
    help: 'Region of interest in pixels of the raw frame. None: the full frame.',
  }),
  force_square: param(bool(), {
    default: false,
    help: 'Make the region square by its smaller side, as ptypy does. Not in ptypy.',
  }),
  center: param(nullable(either(choice(['fftshift', 'geometric', 'fft']), two(float(), 'row, col'))), {
    default: 'fftshift',
    unit: 'pixel',
    help: 'Optical axis in the raw frame: N//2, N/2 - 0.5, 0, or (row, col). None: found in the frames.',
  }),
  psize: param(nullable(PSIZE), {
    default: null,
    unit: 'm',
    help: 'Size of a detector pixel. None: from the data; an error if it is not there (ptypy: 0.000172).',
  }),
  distance: param(nullable(DISTANCE), {
    default: null,
    unit: 'm',
    help: 'From the sample to the detector. None: from the data; an error if it is not there (ptypy: 7.19).',
  }),
  energy: param(nullable(ENERGY), {
    default: null,
    unit: 'keV',
    help:
      'Photon energy, or with `electron_data` the kinetic energy of the electrons. None: from the data; an error ' +
      'if it is not there (ptypy: 7.2).',
  }),
  electron_data: param(bool(), {
    default: false,
    help: 'Electrons instead of photons: the wavelength is the relativistic one.',
  }),
  propagation: param(choice(['farfield', 'nearfield']), {
    default: 'farfield',
    help: 'From the sample to the detector.',
  }),
  add_poisson_noise: param(bool(), {
    default: false,
    help: 'Add photon noise to the frames, for simulations.',
  }),
  compression: param(nullable(choice(['gzip', 'bslz4'])), {
    default: null,
    help: 'Compression of saved frames and weights. Not in ptypy.',
  }),
  parallel_write: param(bool(), {
    default: false,
    help: 'With `save: link` each rank writes the files of its own frames, instead of the master for all. Not in ptypy.',
  }),
  on_bad_frame: param(choice(['error', 'skip']), {
    default: 'error',
    help: 'A frame that cannot be read stops the run, or is left out and reported. Not in ptypy.',
  }),
  drop_frames: param(nullable(choice(['empty'])), {
    default: null,
    help: 'Which frames are left out and named: `empty`, those without counts on valid pixels. None: these are only named. Not in ptypy.',
  }),
  on_incomplete: param(choice(['error', 'accept']), {
    default: 'error',
    help: 'A prepared file with fewer frames than it announces stops a run without `--follow`, or its frames are used. Not in ptypy.',
  }),
  saturation: param(nullable(float({ above: 0 })), {
    default: null,
    unit: 'counts',
    help: 'Pixels at or above this value are masked and counted. Not in ptypy.',
  }),
  hot_pixels: param(bool(), {
    default: false,
    help: 'Find hot pixels by the medians over time and neighbourhood, mask and count them. Not in ptypy.',
  }),
  mask_file: param(nullable(path()), {
    default: null,
    help:
      'Mask (rows, cols) of the (padded) raw frame, above 0 where it is good: `FILE.h5:entry`, or a `.npy` file. Pixels are used that it ' +
      'and the mask of the scan class leave. Not in ptypy.',
  }),
  recipe: param(mapping(), {
    default: {},
    help: 'Further parameters of a scan class in the older style.',
  }),
};

/** What the declarations of every scan class have: these, perhaps with narrower types. */
export type ScanGroup = typeof SCAN_DATA;
/** Checked values of the parameters that every scan has. */
export type ScanData = Values<ScanGroup>;

/** Energy, distance and pixel size of a class whose frames are made, not measured: these unless others are given. */
export function madeGeometry(values: { energy: number; distance: number; psize: number }) {
  const help = (what: string): string => `${what} The frames are made for it.`;
  const { energy, distance, psize } = values;
  return {
    energy: param(ENERGY, { default: energy, unit: 'keV', help: help('Photon energy.') }),
    distance: param(DISTANCE, {
      default: distance,
      unit: 'm',
      help: help('From the sample to the detector.'),
    }),
    psize: param(PSIZE, { default: [psize, psize], unit: 'm', help: help('Size of a detector pixel.') }),
  };
}

/** Older style: what stands in `recipe` under the name of a parameter that the class declares is that parameter. */
export function withRecipe(group: ParamGroup, parameters: object): Readonly<Record<string, unknown>> {
  const { recipe } = parameters as { recipe?: unknown };
  const declared = isMapping(recipe)
    ? Object.entries(recipe).filter(([name]) => name !== 'recipe' && Object.hasOwn(group, name))
    : [];
  return { ...Object.fromEntries(declared), ...parameters };
}
