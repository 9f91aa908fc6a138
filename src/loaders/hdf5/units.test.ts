/** Units that datasets name, and what files record of the geometry. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { unrecorded } from '../../../test/tools/array-scan.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { messageOf } from '../../errors.ts';
import { EOS, WAIT, type DataPackage } from '../../frames/package.ts';
import { electronWavelengthM, wavelengthM } from '../../geometry/units.ts';
import { Hdf5Loader } from './loader.ts';

const folder = temporaryFolder();
const file = join(folder, 'units.h5');

/** Datasets by name: value and unit. */
const DATASETS: Record<string, [value: number | number[] | string, unit?: string | string[]]> = {
  eV: [7100, 'eV'],
  EV: [7100, ' EV '],
  listed: [7100, ['eV']],
  keV: [7.1, 'keV'],
  joule: [7.1 * 1.602176634e-16, 'J'],
  joules: [7.1 * 1.602176634e-16, 'Joules'],
  MeV: [0.0071, 'MeV'],
  bare: [7.1],
  empty: [7.1, ''],
  strange: [7.1, 'furlong'],
  angstrom: [wavelengthM(7.1) * 1e10, 'angstrom'],
  sign: [wavelengthM(7.1) * 1e10, '\u212b'],
  nmWave: [wavelengthM(7.1) * 1e9, 'nm'],
  electronWave: [electronWavelengthM(200) * 1e12, 'pm'],
  m: [2.5, 'm'],
  metres: [2.5, 'metres'],
  mm: [2500, 'mm'],
  cm: [250, 'cm'],
  sizes: [[75, 55], 'um'],
  micro: [[75, 55], '\u00b5m'],
  mu: [[75, 55], '\u03bcm/pixel'],
  microns: [[75, 55], 'microns'],
  nmSizes: [[75_000, 55_000], 'nm/px'],
  pixels: [[75, 55], 'pixels'],
  spread: [[7.1, 7.101, 7.102, 7.103]],
  apart: [[7.1, 7.2, 7.3, 7.4]],
  same: [[7.1, 7.1, 7.1, 7.1]],
  text: ['7.1', 'keV'],
  nan: [NaN, 'keV'],
  nans: [[7.1, NaN, 7.1, 7.1]],
  negative: [-7.1],
  zero: [0, 'eV'],
  yMm: [[0, 1, 2, 3], 'mm'],
  xUm: [[0, -1, -2, -3], 'microns'],
  yPixel: [[0, 1, 2, 3], 'pixel'],
  yDegrees: [[0, 1, 2, 3], 'deg'],
};

beforeEach(
  once(() =>
    h5py(
      `
file, datasets = argument
with h5py.File(file, 'w') as f:
    f['data'] = np.ones((4, 8, 8), 'u2')
    for name, (value, *unit) in datasets.items():
        f[name] = np.nan if value is None else [np.nan if v is None else v for v in value] if isinstance(value, list) else value
        if unit and isinstance(unit[0], str) and len(unit[0]) < 3: f[name].attrs['units'] = np.bytes_(unit[0].encode())
        elif unit: f[name].attrs['units'] = unit[0]
`,
      [file, DATASETS],
    ),
  ),
);

interface Result {
  readonly meta?: { readonly energy: number; readonly distance: number; readonly psize: readonly number[] };
  readonly positions?: number[];
  readonly error?: string;
  readonly warnings: readonly string[];
}

async function prepare(changes: Record<string, unknown>, follow = false): Promise<Result> {
  const parameters = {
    intensities: { file, key: 'data' },
    positions: { slow_key: 'yMm', fast_key: 'xUm' },
    ...{ auto_center: false, ...unrecorded(changes) },
    ...changes,
  };
  const { log, warnings } = hearing();
  try {
    const scan = new Hdf5Loader(parameters, { follow, log });
    await scan.initialize();
    const answer = await scan.auto(4);
    if (answer === EOS || answer === WAIT) throw new Error('no package');
    const { common, chunk } = answer as DataPackage & { common: NonNullable<Result['meta']> };
    return { meta: common, positions: Array.from(chunk.positions.data), warnings };
  } catch (error) {
    return { error: messageOf(error), warnings };
  }
}

const energyOf = async (
  key: string,
  more: object = {},
  others: object = {},
): Promise<number | string | undefined> => {
  const { meta, error } = await prepare({ recorded_energy: { key, ...more }, ...others });
  return meta?.energy ?? error;
};

describe('the unit of a recorded energy', () => {
  it('is honoured', async () => {
    for (const key of [
      'eV',
      'EV',
      'listed',
      'keV',
      'joule',
      'joules',
      'MeV',
      'bare',
      'empty',
      'angstrom',
      'sign',
      'nmWave',
    ]) {
      expect(await energyOf(key), key).toBeCloseTo(7.1, 9);
    }
    expect(await energyOf('electronWave', {}, { electron_data: true })).toBeCloseTo(200, 8);
  });

  it('is not applied a second time beside the same multiplier', async () => {
    expect(await energyOf('eV', { multiplier: 1e-3 })).toBeCloseTo(7.1, 9);
    expect(await energyOf('eV', { multiplier: 1e-3, offset: -0.1 })).toBeCloseTo(7, 9);
    expect(await energyOf('joule', { multiplier: 6.2415e15 })).toBeCloseTo(7.1, 3);
  });

  it('and a multiplier that contradicts it are an error that names both', async () => {
    expect(await energyOf('keV', { multiplier: 1e-3 })).toBe(
      `recorded_energy.key "keV" in ${file} has the unit "keV", 1 keV, and the multiplier 0.001, which contradicts it; expected a multiplier of 1, or none`,
    );
    expect(await energyOf('angstrom', { multiplier: 1e-3 })).toMatch(
      /the unit "angstrom", 1e-10 m, and the multiplier 0.001/,
    );
  });

  it('that is not known is named in a warning, once', async () => {
    const { meta, warnings } = await prepare({ recorded_energy: { key: 'strange' } });
    expect(meta?.energy).toBe(7.1);
    expect(warnings).toEqual([
      `recorded_energy.key "strange" in ${file} has the unit "furlong", which is not known here: its numbers are used as keV`,
    ]);
  });
});

describe('a recorded energy', () => {
  it('that differs a little between frames is averaged, with a word about the spread', async () => {
    const { meta, warnings } = await prepare({ recorded_energy: { key: 'spread' } });
    expect(meta?.energy).toBeCloseTo(7.1015, 12);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /"spread" in .* holds 4 values from 7.1 to 7.103 keV: their mean, 7.1015\d* keV, is used for all frames/,
    );
    expect((await prepare({ recorded_energy: { key: 'same' } })).warnings).toEqual([]);
  });

  it.each([
    ['apart', /holds 4 values of shape \(4\) that do not agree; expected one above 0/],
    ['text', /"text" .* holds text; expected real numbers/],
    ['nan', /gives NaN keV; expected a number above 0/],
    ['nans', /among them NaN keV/],
    ['negative', /gives -7.1 keV; expected a number above 0/],
    ['zero', /gives 0 keV; expected a number above 0/],
  ])('%s is an error', async (key, message) => {
    expect(await energyOf(key)).toMatch(message);
  });
});

describe('parameters that the file contradicts', () => {
  it('are ignored, as in ptypy, with a word', async () => {
    const recorded = { recorded_energy: { key: 'eV' }, recorded_psize: { key: 'sizes' } };
    const { meta, warnings } = await prepare({ ...recorded, energy: 9, psize: 75e-6 });
    expect([meta?.energy, meta?.psize[1]]).toEqual(
      [7.1000000000000005, 55e-6].map((x) => expect.closeTo(x, 12) as number),
    );
    expect(warnings).toEqual([
      expect.stringMatching(
        /^energy: 9 is ignored: recorded_energy.key "eV" in .* has 7.1\d*, which is used$/,
      ),
      expect.stringMatching(/^psize: 0.000075, 0.000075 is ignored: recorded_psize.key "sizes" in .* has /),
    ]);
    expect((await prepare({ recorded_energy: { key: 'keV' }, energy: 7.1 })).warnings).toEqual([]);
  });
});

describe('units of lengths', () => {
  it('are honoured', async () => {
    for (const key of ['m', 'metres', 'mm', 'cm'])
      expect((await prepare({ recorded_distance: { key } })).meta?.distance, key).toBeCloseTo(2.5, 12);
    for (const key of ['sizes', 'micro', 'mu', 'microns', 'nmSizes']) {
      const { meta } = await prepare({ recorded_psize: { key } });
      expect(meta?.psize[0], key).toBeCloseTo(75e-6, 15);
      expect(meta?.psize[1], key).toBeCloseTo(55e-6, 15);
    }
  });

  it('of positions too, in either direction, at rest and live', async () => {
    const expected = [0, 0, 1e-3, -1e-6, 2e-3, -2e-6, 3e-3, -3e-6];
    for (const follow of [false, true]) {
      const { positions, warnings } = await prepare({}, follow);
      for (const [i, x] of (positions ?? []).entries()) expect(x).toBeCloseTo(expected[i], 15);
      expect(warnings).toEqual([]);
      const turned = { slow_key: 'yMm', fast_key: 'xUm', slow_multiplier: -1, fast_multiplier: -1e-6 };
      const other = (await prepare({ positions: turned }, follow)).positions ?? [];
      for (const [i, x] of other.entries()) expect(x).toBeCloseTo(-expected[i], 15);
      const wrong = { slow_key: 'yMm', fast_key: 'xUm', slow_multiplier: 1e-6 };
      expect((await prepare({ positions: wrong }, follow)).error).toMatch(
        /positions.slow_key "yMm" .* has the unit "mm", 0.001 m, and the multiplier 0.000001, which contradicts it/,
      );
      const strange = await prepare(
        { positions: { slow_key: 'yDegrees', fast_key: 'xUm', slow_multiplier: 2e-6 } },
        follow,
      );
      expect(strange.warnings).toEqual([
        `positions.slow_key "yDegrees" in ${file} has the unit "deg", which is not known here: its numbers times 0.000002 are used as m`,
      ]);
    }
  });

  it('pixels need a multiplier', async () => {
    const { error } = await prepare({ positions: { slow_key: 'yPixel', fast_key: 'xUm' } });
    expect(error).toMatch(
      /has the unit "pixel"; expected a length, or a multiplier that turns pixels into metres/,
    );
    const given = await prepare({
      positions: { slow_key: 'yPixel', fast_key: 'xUm', slow_multiplier: 2e-8 },
    });
    expect(given.positions?.[2]).toBeCloseTo(2e-8, 15);
  });
});
