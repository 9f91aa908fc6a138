import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { ndarray } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { log } from '../../log.ts';
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
async function rFactor(engine: string, illumination: unknown, sample: unknown = object): Promise<number> {
  const registry = new ScanRegistry();
  const data = { name: 'MoonFlowerScan', shape: 32, num_frames: 12, photons: 1e6, add_poisson_noise: false };
  const tree = {
    io: { rfile: null, autosave: false, pictures: false },
    scans: { S: { data, illumination, sample } },
    engines: { e: { name: engine, numiter: 1, probe_support: null } },
  };
  const { config } = configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS });
  const events: RunEvent[] = [];
  await runReconstruction(config, {
    registry,
    communicator: singleCommunicator(),
    run: 'r',
    overrides: () => ({}),
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
    const warn = vi.spyOn(log, 'warn').mockImplementation(() => undefined);
    expect(await rFactor('ML', { model: probe })).toBeGreaterThan(0.01);
    expect(warn.mock.calls.flat().join()).toMatch(
      /scans\.S\.illumination: the given probe holds 1\.00e\+6 photons and is scaled to .*, those of the brightest frame; photons: as-is keeps it/,
    );
    warn.mockClear();
    await rFactor('ML', { model: probe, photons: 1e6 });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
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
