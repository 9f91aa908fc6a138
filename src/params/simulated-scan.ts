/** Parameters of `SimScan`: frames simulated from a known probe and sample. Names are ptypy's. */
import * as z from 'zod';
import { complex } from './complex.ts';
import { extend, ignored, optionalGroup, param, type Values } from './declare.ts';
import { ILLUMINATION } from './model.ts';
import { madeGeometry, SCAN_DATA } from './scan-data.ts';
import {
  bool,
  choice,
  custom,
  either,
  float,
  int,
  list,
  nullable,
  pair,
  path,
  text,
  two,
  type ParamType,
} from './types.ts';

const DTYPES = ['uint8', 'uint16', 'uint32', 'int16', 'int32', 'float32', 'float64'] as const;

/** What a detector makes of mean counts. */
export interface DetectorParameters {
  readonly dtype: (typeof DTYPES)[number];
  readonly full_well: number | null;
  readonly psf: readonly [number, number] | null;
  readonly shot_noise: boolean | null;
}

/** Detectors that ptypy knows by name. */
const DETECTORS: Readonly<Record<string, DetectorParameters>> = {
  GenericCCD14bit: { dtype: 'uint16', full_well: 2 ** 14 - 1, psf: null, shot_noise: null },
  GenericCCD16bit: { dtype: 'uint16', full_well: 2 ** 16 - 1, psf: null, shot_noise: null },
  GenericCCD32bit: { dtype: 'uint32', full_well: 2 ** 32 - 1, psf: null, shot_noise: null },
};

const orNone = <T, I>(type: ParamType<T, I>) =>
  nullable(type)
    .schema.optional()
    .transform((value) => value ?? null);

const detector = custom(
  z.union([
    z.literal(Object.keys(DETECTORS)).transform((name) => DETECTORS[name]),
    z.strictObject({
      dtype: z.enum(DTYPES).default('uint32'),
      full_well: orNone(float({ above: 0 })),
      psf: orNone(pair(float({ min: 0 }))),
      shot_noise: orNone(bool()),
    }),
  ]),
  `${Object.keys(DETECTORS).join(' · ')} · {dtype, full_well, psf, shot_noise}`,
  `${Object.keys(DETECTORS).join(', ')}, or a group of dtype (${DTYPES.join(', ')}), full_well, psf and shot_noise`,
);

const length = nullable(pair(float({ above: 0 }), 'row, col'));

const XY = {
  model: param(nullable(choice(['round', 'spiral', 'raster'])), {
    default: null,
    help: 'Scan pattern. None: `override`, or `positions_theory`.',
  }),
  spacing: param(length, {
    default: null,
    unit: 'm',
    help: 'Step. Two of `spacing`, `steps` and `extent` are needed.',
  }),
  steps: param(nullable(pair(int({ min: 1 }), 'row, col')), {
    default: null,
    help: 'Number of steps; with `spacing` and `extent` they rule.',
  }),
  extent: param(length, { default: null, unit: 'm', help: 'Width of the scanned box.' }),
  offset: param(pair(float(), 'row, col'), { default: [0, 0], unit: 'm', help: 'Added to every position.' }),
  jitter: param(pair(float({ min: 0 }), 'row, col'), {
    default: [0, 0],
    unit: 'm',
    help: 'Standard deviation of random displacements.',
  }),
  count: param(nullable(int({ min: 1 })), { default: null, help: 'Largest number of positions.' }),
  override: param(nullable(either(list(two(float(), 'y, x')), path())), {
    default: null,
    unit: 'm',
    help:
      'Positions (N, 2) as (y, x) in place of a pattern: a list, or an array of another scan (a `.npy` file, or `FILE.h5:entry`, ' +
      'such as `scan.ptyd:chunks/0/positions`).',
  }),
};

const PROCESS = {
  offset: param(pair(int(), 'row, col'), {
    default: [0, 0],
    unit: 'pixel',
    help: 'Pixels of the array by which the middle of the scan is away from the middle of the array.',
  }),
  zoom: param(nullable(pair(float({ above: 0 }), 'row, col')), {
    default: null,
    help: 'Scale of the array. None: one pixel of it is one of the object.',
  }),
  smoothing: param(nullable(float({ min: 0 })), {
    default: null,
    unit: 'pixel',
    help: 'Standard deviation of a Gaussian it is smoothed with.',
  }),
  formula: param(nullable(text()), {
    default: null,
    help:
      'Material, such as `Au` or `SiO2`. Its refractive index comes from its electrons alone, without absorption, with a warning; ' +
      '`ref_index` wins.',
  }),
  density: param(nullable(float({ above: 0 })), {
    default: null,
    unit: 'g/cm³',
    help: 'Density of the material, with `formula`.',
  }),
  ref_index: param(nullable(complex()), {
    default: null,
    help: 'Refractive index less 1, −δ + iβ, such as `-1e-5+2e-7j`: the modulus of the array is then a thickness.',
  }),
  thickness: param(nullable(float({ above: 0 })), {
    default: null,
    unit: 'm',
    help: 'Thickness where the array is largest. None: with a refractive index the array holds metres; else it is the transmission.',
  }),
};

/** Parameters of `scans.<label>.data` with `name: SimScan`. */
export const SIM_SCAN = extend(SCAN_DATA, {
  ...madeGeometry({ energy: 7.2, distance: 7.19, psize: 1.72e-4 }),
  add_poisson_noise: param(bool(), {
    default: true,
    help: 'Photon noise; without it frames are mean counts.',
  }),
  seed: param(int({ min: 0 }), {
    default: 0,
    help: 'Seed of the noise, of the diffuser and of errors of positions. Not in ptypy.',
  }),
  xy: XY,
  pos_noise: param(float({ min: 0 }), {
    default: 0,
    unit: 'm',
    help: 'Random error of the positions, uniform up to this along each axis; frames are those of the true ones.',
  }),
  pos_scale: ignored('Errors of positions are uniform.'),
  pos_drift: ignored('Positions do not drift.'),
  illumination: {
    model: param(nullable(path()), {
      default: null,
      help: 'The probe as an array: a `.npy` file, or `FILE.h5:entry`; of a `.ptyr`, `FILE.ptyr:content/probe/S…G00/data`. None: `aperture` and `propagation`.',
    }),
    photons: param(nullable(either(choice(['as-is']), float({ above: 0 }))), {
      default: null,
      unit: 'photons',
      help: 'Photons in the probe. An array keeps its own with none or `as-is`.',
    }),
    aperture: ILLUMINATION.aperture,
    propagation: ILLUMINATION.propagation,
    diversity: ignored('The probe has the modes of its array.'),
    recon: ignored('Give the array of the reconstruction as `model`.'),
    stxm: ignored('There are no frames yet.'),
  },
  sample: {
    model: param(nullable(path('flower')), {
      default: null,
      help: 'The sample as an array, as for the probe; `flower`: the test object of MoonFlowerScan. None: `fill` everywhere, an empty beam.',
    }),
    process: optionalGroup(PROCESS),
    fill: param(complex(), { default: [1, 0], help: 'Value of the object where the array does not reach.' }),
    diversity: ignored('The sample has one mode.'),
    recon: ignored('Give the array of the reconstruction as `model`.'),
    stxm: ignored('There are no frames yet.'),
  },
  psf: param(nullable(pair(float({ min: 0 }), 'row, col')), {
    default: null,
    unit: 'pixel',
    help: 'Standard deviation of a Gaussian the frames are convolved with, for partial coherence.',
  }),
  detector: param(nullable(detector), {
    default: null,
    help: 'What counts become: element type, counts at which a pixel is full (it is masked then), point spread. None: whole counts.',
  }),
  plot: ignored('`run` draws the result.'),
  verbose_level: ignored('That of the run counts.'),
});

export type SimScanParameters = Values<typeof SIM_SCAN>;
