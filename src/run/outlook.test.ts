import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { silentLog } from '../log.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { configFromTree } from './config/config.ts';
import { lookAhead } from './outlook.ts';
import type { Outlook } from './reports.ts';

const folder = temporaryFolder();
const registry = new ScanRegistry();
const MOON = {
  ...{
    name: 'MoonFlowerScan',
    shape: [32, 48],
    num_frames: 20,
    psize: [1e-4, 2e-4],
    energy: 6.2,
    distance: 5,
  },
  ...{ rebin: 2, save: 'append', dfile: join(folder, 'moon.ptyd') },
};

async function look(data: object, engines: object, model: object = {}): Promise<Outlook> {
  const { config } = configFromTree(
    { scans: { S: { data, ...model } }, engines },
    { scanGroups: registry, engineGroups: ENGINE_GROUPS },
  );
  const communicator = singleCommunicator();
  return lookAhead(config, { registry, communicator, onEvent: () => undefined, log: silentLog });
}

describe('lookAhead', () => {
  it('says what frames will be like, without saving any', async () => {
    const { scans, missing, run } = await look(MOON, { a: { name: 'DM' }, b: { name: 'ML', numiter: 3 } });
    expect(missing).toEqual([]);
    const [scan] = scans;
    expect(scan).toMatchObject({
      scan: 'S',
      frames: 20,
      shape: [16, 24],
      center: [8, 12],
      psizeM: [2e-4, 4e-4],
    });
    const wavelength = 1.23984193e-9 / 6.2;
    expect(scan.resolutionM[0]).toBeCloseTo((wavelength * 5) / (16 * 2e-4), 15);
    expect(scan.viewM[1]).toBeCloseTo((wavelength * 5) / 4e-4, 12);
    expect(scan.scannedM?.every((length) => length > 0)).toBe(true);
    expect(run?.engines.map(({ engine }) => engine)).toEqual(['DM', 'ML']);
    expect(run?.seconds).toBeGreaterThan(0);
    await expect(look({ ...MOON, name: 'PtydScan', source: 'file' }, {})).resolves.toMatchObject({
      scans: [],
      missing: [{ scan: 'S', source: MOON.dfile }],
      run: undefined,
    });
  });

  it('counts the exit waves of every mode', async () => {
    const bytes = async (engine: string, modes: number): Promise<number> => {
      const coherence = { num_probe_modes: modes };
      const { run } = await look(MOON, { a: { name: engine } }, { coherence });
      return run?.memoryBytes ?? NaN;
    };
    const waves = 20 * 16 * 24 * 8;
    expect((await bytes('DM', 3)) - (await bytes('EPIE', 3))).toBe(3 * waves);
    expect((await bytes('DM', 3)) - (await bytes('DM', 1))).toBe(2 * waves);
  });

  it('names files of the start that are not there, and what a run would stop at', async () => {
    const model = {
      illumination: { model: join(folder, 'none.npy') },
      sample: { model: `${folder}/no.h5:o` },
    };
    const { missing, run } = await look(MOON, { a: { name: 'DM' } }, model);
    expect(missing).toEqual([
      { scan: 'S', source: join(folder, 'none.npy') },
      { scan: 'S', source: join(folder, 'no.h5') },
    ]);
    expect(run).toBeUndefined();
    writeFileSync(join(folder, 'text.npy'), 'text');
    const wrong = { illumination: { model: join(folder, 'text.npy') } };
    await expect(look(MOON, { a: { name: 'DM' } }, wrong)).rejects.toThrow(/text\.npy.*cannot be read/);
  });
});
