/**
 * The parameters of one scan in a reconstruction (`scans.<label>`), except `data`, which the loader declares: how the
 * exit waves are modelled, and where probe and object start from. Names and defaults are ptypy's.
 */
import { complex } from './complex.ts';
import { ignored, optionalGroup, param, type Values } from './declare.ts';
import { choice, either, float, int, list, nullable, pair, path, several, text } from './types.ts';
import { isMapping } from './values.ts';

/** Noise in phase (rms, smallest feature), or in phase and modulus (rms, mfs, rms of modulus, mfs of modulus). */
export const noise = nullable(list(float({ min: 0 }), [2, 4]));

const recon = (what: string) => ({
  rfile: param(nullable(path()), {
    default: null,
    help: `Reconstruction file (\`.ptyr\`) the ${what} is taken from, with \`model: recon\`.`,
  }),
  ID: param(nullable(text()), {
    default: null,
    help: `Which ${what} of the file. None: the only or first one.`,
  }),
  layer: param(nullable(int({ min: 0 })), {
    default: null,
    help: `Which mode of the ${what}. None: all of them.`,
  }),
  label: ignored('The scan the data belongs to is the one of this entry.'),
});

const diversity = (defaultNoise: readonly number[] | null) =>
  optionalGroup({
    noise: param(noise, {
      default: defaultNoise,
      help: 'Noise that makes the further modes different from the first: phase (rms, smallest feature in pixels), then modulus.',
    }),
    power: param(several(float({ min: 0, max: 1 })), {
      default: [0.1],
      help: 'Power of the further modes relative to the first; the last value serves for all that follow.',
    }),
    shift: ignored('Without effect in ptypy as well.'),
  });

export const ILLUMINATION = {
  model: param(nullable(path('recon', 'stxm')), {
    default: null,
    help:
      'Where the probe starts from. none: aperture and propagation if a size is given, else the frames, of which some are ' +
      'tried with several probes; `stxm`: the frames; `recon`: a reconstruction; a path: an array.',
  }),
  file: param(nullable(path()), {
    default: null,
    help: 'HDF5 file that holds the probe, at `key`. Not in ptypy.',
  }),
  key: param(nullable(text()), {
    default: null,
    help: 'Entry of `file`: complex (rows, cols) or (modes, rows, cols). Not in ptypy.',
  }),
  photons: param(nullable(either(choice(['as-is']), float({ above: 0 }))), {
    default: null,
    unit: 'photons',
    help: 'Photons in the probe. None: those of the brightest frame; `as-is`: a given array keeps its scale (not in ptypy).',
  }),
  size: param(nullable(pair(float({ above: 0 }))), {
    default: null,
    unit: 'm',
    help: 'The aperture size as the Vanilla model of ptypy names it.',
  }),
  recon: recon('probe'),
  aperture: optionalGroup({
    form: param(nullable(choice(['circ', 'rect'])), {
      default: 'circ',
      help: 'Form of the aperture. None: no aperture.',
    }),
    size: param(nullable(pair(float({ above: 0 }))), {
      default: null,
      unit: 'm',
      help: 'Diameter or width. None: the probe is found from the frames.',
    }),
    edge: param(float({ min: 0 }), {
      default: 2,
      unit: 'pixel',
      help: 'Width of the edge.',
    }),
    central_stop: param(nullable(float({ min: 0, max: 1 })), {
      default: null,
      help: 'Size of a central stop as a fraction of the size.',
    }),
    diffuser: param(noise, {
      default: null,
      help: 'Noise in the opening: phase (rms in rad, smallest feature in pixels), then modulus. None: none.',
    }),
    offset: param(pair(float(), 'row, col'), {
      default: [0, 0],
      unit: 'm',
      help: 'Centre of the aperture from the optical axis.',
    }),
    rotate: param(float(), {
      default: 0,
      unit: 'rad',
      help: 'Angle the aperture is turned by.',
    }),
  }),
  propagation: optionalGroup({
    focussed: param(nullable(float()), {
      default: null,
      unit: 'm',
      help: 'From the aperture to the focus. None or 0: no lens.',
    }),
    parallel: param(nullable(float()), {
      default: null,
      unit: 'm',
      help: 'Further way of the wave, after the focus if there is one. None or 0: none.',
    }),
    spot_size: ignored('Give the size of the aperture.'),
    antialiasing: ignored('Probes are made on their own grid.'),
  }),
  diversity: diversity([0.5, 1]),
  stxm: { label: ignored('The scan the data belongs to is the one of this entry.') },
};

export const SAMPLE = {
  model: param(nullable(path('recon', 'stxm')), {
    default: null,
    help:
      'Where the object starts from. none: `fill` everywhere; `stxm`: amplitudes from the light that came through at each ' +
      'position, relative to the brightest frame; `recon`: a reconstruction; a path: an array.',
  }),
  file: param(nullable(path()), {
    default: null,
    help: 'HDF5 file that holds the object, at `key`. Not in ptypy.',
  }),
  key: param(nullable(text()), {
    default: null,
    help: 'Entry of `file`: complex (rows, cols) or (modes, rows, cols). Not in ptypy.',
  }),
  fill: param(complex(), {
    default: [1, 0],
    help: 'Value of the object where nothing else is known.',
  }),
  recon: recon('object'),
  diversity: diversity(null),
  stxm: { label: ignored('The scan the data belongs to is the one of this entry.') },
  process: ignored('For simulated samples of ptypy.'),
};

export const SCAN_MODELS = [
  'Vanilla',
  'Full',
  'BlockVanilla',
  'BlockFull',
  'GradFull',
  'BlockGradFull',
] as const;

export const SCAN = {
  name: param(choice(SCAN_MODELS), {
    default: 'BlockFull',
    help: 'Model of the scan as ptypy configurations name it; all are the same here.',
  }),
  illumination: ILLUMINATION,
  sample: SAMPLE,
  coherence: {
    num_probe_modes: param(int({ min: 1 }), { default: 1, help: 'Incoherent modes of the probe.' }),
    num_object_modes: param(int({ min: 1 }), { default: 1, help: 'Incoherent modes of the object.' }),
    energies: ignored('One energy per scan.'),
    spectrum: ignored('One energy per scan.'),
    probe_dispersion: ignored('Without effect in ptypy as well.'),
    object_dispersion: ignored('Without effect in ptypy as well.'),
  },
  resample: param(int({ min: 1 }), {
    default: 1,
    help:
      'Pixels of the modelled pattern along a measured one, of which each measured pixel is the sum. In the far field the field of ' +
      'view grows by as much, for probes too large for that of the frames; time and memory grow by the square.',
  }),
  propagation: param(nullable(choice(['farfield', 'nearfield'])), {
    default: null,
    help: 'From the sample to the detector. None: from the data (`data.propagation`).',
  }),
  sharing: {
    probe_share_with: param(nullable(text()), {
      default: null,
      help: 'Label of a scan whose probe this scan uses too.',
    }),
    object_share_with: param(nullable(text()), {
      default: null,
      help: 'Label of a scan whose object this scan uses too.',
    }),
    probe_share_power: ignored('Shared probes have one power.'),
    object_share_power: ignored('Shared objects have one power.'),
    EP_sharing: ignored('For empty-probe measurements of ptypy.'),
  },
  tags: ignored('Without effect in ptypy as well.'),
  if_conflict_use_meta: ignored('Values in a file fill what the configuration leaves open.'),
};

export type ScanModel = Values<typeof SCAN>;
export type Illumination = Values<typeof ILLUMINATION>;
export type Sample = Values<typeof SAMPLE>;

/**
 * ptypy's short forms written out: text in place of `illumination` or `sample` is a model or a `.ptyr` file, taken as it is
 * (no aperture, propagation or diversity). Beside other parameters, `model` may name a `.ptyr` as well.
 */
export function expandShortForms(scan: unknown): unknown {
  if (!isMapping(scan)) return scan;
  const { illumination, sample } = scan;
  return {
    ...scan,
    ...(isModelName(illumination)
      ? { illumination: { ...startFrom(illumination), aperture: null, propagation: null, diversity: null } }
      : expandModel('illumination', illumination)),
    ...(isModelName(sample) ? { sample: startFrom(sample) } : expandModel('sample', sample)),
  };
}

/** `{model: FILE.ptyr}` as `{model: recon, recon: {rfile: FILE.ptyr}}`; an entry of the file that `key` names is an array. */
function expandModel(name: string, group: unknown): Record<string, unknown> {
  if (!isMapping(group) || !isModelName(group.model) || !group.model.endsWith('.ptyr')) return {};
  const recon = isMapping(group.recon) ? group.recon : {};
  if (isModelName(group.key) || isModelName(recon.rfile)) return {};
  return { [name]: { ...group, model: 'recon', recon: { ...recon, rfile: group.model } } };
}

function isModelName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value !== 'None';
}

function startFrom(name: string): Record<string, unknown> {
  return name.endsWith('.ptyr') ? { model: 'recon', recon: { rfile: name } } : { model: name };
}
