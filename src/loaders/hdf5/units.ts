/** `units` attributes of datasets: what turns stored numbers into metres or keV. */
import { DataError } from '../../errors.ts';
import { electronEnergyKeV, photonEnergyKeV } from '../../geometry/units.ts';
import type { Log } from '../../log.ts';
import type { OpenFiles } from './files.ts';
import { describeSource, type Source } from './sources.ts';

/** keV per unit. */
const ENERGIES: Readonly<Record<string, number>> = {
  J: 1e-3 / 1.602176634e-19,
  meV: 1e-6,
  eV: 1e-3,
  keV: 1,
  MeV: 1e3,
  GeV: 1e6,
};

/** Metres per unit. */
const LENGTHS: Readonly<Record<string, number>> = {
  km: 1e3,
  m: 1,
  cm: 1e-2,
  mm: 1e-3,
  μm: 1e-6,
  nm: 1e-9,
  Å: 1e-10,
  pm: 1e-12,
};

/** Other ways to write them; names in words in lower case. */
const SPELLINGS: Readonly<Partial<Record<string, string>>> = {
  um: 'μm',
  mum: 'μm',
  micron: 'μm',
  micrometer: 'μm',
  meter: 'm',
  centimeter: 'cm',
  millimeter: 'mm',
  nanometer: 'nm',
  picometer: 'pm',
  kilometer: 'km',
  a: 'Å',
  ang: 'Å',
  angstrom: 'Å',
  å: 'Å',
  joule: 'J',
  j: 'J',
  ev: 'eV',
  kev: 'keV',
  electronvolt: 'eV',
  kiloelectronvolt: 'keV',
  megaelectronvolt: 'MeV',
  mm: 'mm',
  nm: 'nm',
  m: 'm',
  px: 'pixel',
};

/** The unit that a text names, as written above, `pixel`, or the text itself where it is none of them. */
function unitOf(text: string): string {
  const bare = text
    .normalize('NFKC')
    .trim()
    .replace(/\s*(\/|per)\s*(px|pixel)s?$/i, '');
  if (bare in ENERGIES || bare in LENGTHS) return bare;
  const plain = bare.toLowerCase().replaceAll(/[\s_-]/g, '');
  const one = plain.replace(/metre(s?)$/, 'meter$1').replace(/(?<=..)s$/, '');
  const found = SPELLINGS[bare] ?? SPELLINGS[plain] ?? SPELLINGS[one];
  return found ?? (one === 'pixel' ? one : bare);
}

/** How the numbers of a dataset become metres or keV. */
export interface Conversion {
  readonly apply: (value: number) => number;
  /** A line for the user on a unit that is not known here, if it is not. */
  readonly warning?: string;
}

/** Multipliers may be calibrated: so much they may differ from the unit's factor (relative). */
const CALIBRATION = 0.1;

/** Metres, of a dataset with a `multiplier`; 1 (or −1): its unit decides, or without one, metres. */
export async function lengthOf(files: OpenFiles, source: Source, multiplier: number): Promise<Conversion> {
  const text = await unitText(files, source);
  if (text === undefined) return { apply: (value) => value * multiplier };
  const unit = unitOf(text);
  if (unit === 'pixel') {
    if (Math.abs(multiplier) !== 1) return { apply: (value) => value * multiplier };
    throw new DataError(
      `${describeSource(source)} has the unit "${text}"; expected a length, or a multiplier that turns pixels into metres`,
    );
  }
  return conversion(source, text, LENGTHS[unit], multiplier, 'm');
}

/** keV, of a dataset of energies or wavelengths with a `multiplier`; 1: its unit decides, or without one, keV. */
export async function energyOf(
  files: OpenFiles,
  source: Source,
  multiplier: number,
  isElectrons: boolean,
): Promise<Conversion> {
  const text = await unitText(files, source);
  if (text === undefined) return { apply: (value) => value * multiplier };
  const unit = unitOf(text);
  if (!(unit in LENGTHS)) return conversion(source, text, ENERGIES[unit], multiplier, 'keV');
  const metres = conversion(source, text, LENGTHS[unit], multiplier, 'm');
  const energy = isElectrons ? electronEnergyKeV : photonEnergyKeV;
  return { apply: (value) => energy(metres.apply(value)) };
}

function conversion(
  source: Source,
  text: string,
  factor: number | undefined,
  multiplier: number,
  target: string,
): Conversion {
  if (factor === undefined) {
    const warning = `${describeSource(source)} has the unit "${text}", which is not known here: ${
      multiplier === 1
        ? `its numbers are used as ${target}`
        : `its numbers times ${multiplier} are used as ${target}`
    }`;
    return { apply: (value) => value * multiplier, warning };
  }
  const size = Math.abs(multiplier);
  if (size === 1) return { apply: (value) => value * multiplier * factor };
  if (Math.abs(size / factor - 1) <= CALIBRATION) return { apply: (value) => value * multiplier };
  throw new DataError(
    `${describeSource(source)} has the unit "${text}", ${factor} ${target}, and the multiplier ${multiplier}, which contradicts it; ` +
      `expected a multiplier of ${factor}, or none`,
  );
}

/** The attribute `units` (or `unit`) of a dataset, if it says anything. */
async function unitText(files: OpenFiles, source: Source): Promise<string | undefined> {
  const { h5 } = await files.find(source);
  const { units, unit } = h5.attributes(source.key);
  return [units, unit].flat().find((text): text is string => typeof text === 'string' && text.trim() !== '');
}

const told = new WeakMap<object, Set<string>>();

/** Warns of a unit that is not known, once for each `scan`. */
export function warnOfUnit(scan: object, { warning }: Conversion, log: Log): void {
  if (warning === undefined) return;
  const before = told.get(scan) ?? new Set();
  if (before.has(warning)) return;
  told.set(scan, before.add(warning));
  log.warn(warning);
}
