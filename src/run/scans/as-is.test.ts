import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { ndarray } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { silentLog } from '../../log.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { configFromTree } from '../config/config.ts';
import type { RunEvent } from '../events.ts';
import { runReconstruction } from '../reconstruct.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-as-is-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const [probe, object] = [join(folder, 'probe.npy'), join(folder, 'object.npy')];
const { experiment } = simulate({ shape: 32, num_frames: 12, photons: 1e6, energy: 6.2, distance: 7 });
writeFileSync(probe, formatNpy(experiment.probe));
writeFileSync(object, formatNpy(experiment.object));

/** R-factor after one iteration of the engine, from the probe and the object that made the frames. */
async function rFactor(
  engine: string,
  illumination: unknown,
  log = silentLog,
  communicator = singleCommunicator(),
): Promise<number> {
  const registry = new ScanRegistry();
  const data = { name: 'MoonFlowerScan', shape: 32, num_frames: 12, photons: 1e6, add_poisson_noise: false };
  const tree = {
    io: { rfile: null, autosave: false, pictures: false },
    scans: { S: { data, illumination, sample: object } },
    engines: { e: { name: engine, numiter: 1, probe_support: null } },
  };
  const { config } = configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS });
  const events: RunEvent[] = [];
  await runReconstruction(config, {
    registry,
    communicator,
    run: 'r',
    overrides: () => ({}),
    log,
    onEvent: (event) => events.push(event),
  });
  const last = events.find((event) => event.event === 'iteration');
  return last?.errors.rfactor ?? NaN;
}

describe('a probe that is given', () => {
  it.each(['ML', 'DM'])(
    'keeps its scale if asked to: the exact one explains the frames, %s',
    async (engine) => {
      expect(await rFactor(engine, { model: probe, photons: 'as-is' })).toBeLessThan(1e-5);
    },
  );

  it('is scaled to the brightest frame otherwise, which is said', async () => {
    const scaled = hearing();
    expect(await rFactor('ML', { model: probe }, scaled.log)).toBeGreaterThan(0.01);
    expect(scaled.warnings.join()).toMatch(
      /scans\.S\.illumination: the given probe holds 1\.00e\+6 photons and is scaled to .*, those of the brightest frame; photons: as-is keeps it/,
    );
    const given = hearing();
    await rFactor('ML', { model: probe, photons: 1e6 }, given.log);
    expect(given.warnings).toEqual([]);
  });

  it('must be one for that', async () => {
    for (const illumination of [{ photons: 'as-is' }, { photons: 'as-is', aperture: { size: 1e-6 } }]) {
      await expect(rFactor('ML', illumination)).rejects.toThrow(
        /scans\.S\.illumination\.photons: as-is is for a probe that is given as an array or a reconstruction/,
      );
    }
  });

  it('may be an entry of an HDF5 file, named behind it', async () => {
    await expect(rFactor('ML', { model: `${probe}x:entry` })).rejects.toThrow(/there is no such file/);
    const dark = join(folder, 'cube.npy');
    writeFileSync(dark, formatNpy(ndarray('float64', [2], new Float64Array(2))));
    await expect(rFactor('ML', { model: dark })).rejects.toThrow(/given probe/);
  });
});

describe('an aperture that does not fit', () => {
  it('is told of once, whatever the number of ranks', async () => {
    const { log, warnings } = hearing();
    const illumination = { aperture: { form: 'circ', size: 9e-6 } };
    await onRanks(2, (communicator) => rFactor('ML', illumination, log, communicator));
    expect(warnings.filter((text) => text.includes('is cut there'))).toHaveLength(1);
  });
});
