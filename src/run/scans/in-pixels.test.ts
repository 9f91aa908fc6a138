/** A prepared file without geometry, whose positions count pixels: everything that a run says and writes is in pixels. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { statisticsText } from '../words/quality-text.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { objectPhaseSvg } from '../../pictures/figures/object-figure.ts';
import { readPtyr } from '../../ptyr/reader.ts';
import type { StoredField } from '../../ptyr/result.ts';
import { item } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { configFromTree } from '../config/config.ts';
import type { RunEvent } from '../events.ts';
import { runReconstruction } from '../reconstruct.ts';

const folder = temporaryFolder();
const SCAN = simulate({ shape: 32, num_frames: 12, photons: 1e5, density: 0.2 });
const [FILE, METRES] = ['pixels.ptyd', 'metres.ptyd'].map((name) => join(folder, name));

/** Frames and positions of the simulation; no meta. */
function write(file: string, units: string, pixelM: number): void {
  const { chunk } = SCAN.pack(0, 12);
  const frames = join(folder, 'frames.npy');
  writeFileSync(frames, formatNpy(chunk.data));
  h5py(
    `
f = h5py.File(argument['file'], 'w')
f['chunks/0/data'] = np.load(argument['frames'])
f['chunks/0/positions'] = np.array(argument['positions']).reshape(12, 2)
f['chunks/0/positions'].attrs['units'] = argument['units']`,
    {
      ...{ file, units, frames },
      positions: Array.from(chunk.positions.data, (x) => x / pixelM),
    },
  );
}
const [PIXEL] = SCAN.experiment.geometry.resolutionM;
beforeEach(
  once(() => {
    write(FILE, 'pixel', PIXEL);
    write(METRES, 'm', 1);
  }),
);

/** What a run tells programs, and what it warns people of. */
interface Told {
  readonly events: readonly RunEvent[];
  readonly warnings: readonly string[];
}

async function run(dfile: string, engine: object, scan: object = {}): Promise<Told> {
  const { log, warnings } = hearing();
  const events: RunEvent[] = [];
  const registry = new ScanRegistry();
  const tree = {
    io: { pictures: false, autosave: false },
    scans: { S: { data: { name: 'PtydScan', dfile }, ...scan } },
    engines: { a: engine },
  };
  const { config } = configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS });
  await runReconstruction(config, {
    ...{ registry, communicator: singleCommunicator(), run: 'r', output: folder },
    overrides: () => ({}),
    log,
    onEvent: (event) => events.push(event),
  });
  return { events, warnings };
}

describe('a scan whose metres are not known', () => {
  it('is reconstructed in pixels, and says so everywhere', async () => {
    const { events, warnings } = await run(FILE, { name: 'DM', numiter: 3 });
    expect(warnings.join()).toContain('energy, distance, psize are not known');
    const statistics = events.find((event) => event.event === 'statistics');
    expect(statistics?.inPixels).toBe(true);
    if (statistics === undefined) throw new Error('no statistics');
    const text = statisticsText('S', statistics);
    expect(text).toMatch(/step [\d.]+ pixels, probe [\d.]+ pixels across/);
    expect(text).not.toMatch(/µm| m /);
    const file = events.find((event) => event.event === 'saved')?.file ?? '';
    const { probes, objects } = await readPtyr(file);
    expect(objects.SSG00).toMatchObject({ psizeM: [1, 1], inPixels: true, energyKeV: NaN });
    expect(probes.SSG00).toMatchObject({ psizeM: [1, 1], inPixels: true });
    const { data, psizeM, originM, inPixels } = objects.SSG00;
    const svg = objectPhaseSvg({ object: item(data, 0), resolutionM: psizeM, originM, inPixels });
    expect(svg).toContain('x (pixel)');
    const stored = h5py(
      `
with h5py.File(argument) as f:
    result = [f['ptyflow/units/obj/SSG00'].asstr()[()], f['content/obj/SSG00/_psize'][()].tolist()]`,
      file,
    );
    expect(stored).toEqual(['pixel', [1, 1]]);
  });

  it('has the same frames explained as with metres: the far field needs no more than pixels', async () => {
    const known = { name: 'PtydScan', dfile: METRES, energy: 6.2, distance: 7, psize: 1.72e-4 };
    const errors = async (file: string, scan: object): Promise<number> => {
      const { events } = await run(file, { name: 'DM', numiter: 10 }, scan);
      const last = events.filter((event) => event.event === 'iteration').at(-1);
      return last?.errors.photon ?? NaN;
    };
    const inMetres = await errors(METRES, { data: known });
    const inPixels = await errors(FILE, {});
    expect(inPixels).toBeLessThan(2 * inMetres);
  });

  it('has positions in metres placed by the values of ptypy, with a warning that names them', async () => {
    const assumed = { name: 'PtydScan', dfile: METRES, energy: 7.2, distance: 7.19, psize: 1.72e-4 };
    const objectOf = async ({ events }: Told): Promise<StoredField> =>
      (await readPtyr(events.find((event) => event.event === 'saved')?.file ?? '')).objects.SSG00;
    const given = await objectOf(await run(METRES, { name: 'DM', numiter: 1 }, { data: assumed }));
    const told = await run(METRES, { name: 'DM', numiter: 1 });
    const found = await objectOf(told);
    expect(found.data.shape).toEqual(given.data.shape);
    expect(given.inPixels).toBeUndefined();
    expect(found).toMatchObject({ inPixels: true, psizeM: [1, 1] });
    found.originM.forEach((origin, axis) => {
      expect(origin).toBeCloseTo(given.originM[axis] / given.psizeM[axis], 6);
    });
    expect(told.warnings.join()).toMatch(
      /results are in pixels.*by energy 7\.2 keV, distance 7\.19 m, psize 0\.000172 m: most likely wrong/,
    );
    expect(told.events.find((event) => event.event === 'statistics')?.inPixels).toBe(true);
  });

  it.each([
    ['the near field', METRES, {}, { propagation: 'nearfield' }, /near field cannot be computed/],
    [
      'the near field, positions in pixels',
      FILE,
      {},
      { propagation: 'nearfield' },
      /near field cannot be computed/,
    ],
    [
      'an aperture in metres',
      FILE,
      {},
      { illumination: { aperture: { size: 1e-6 } } },
      /aperture.size: is in metres/,
    ],
    ['shifts in metres', FILE, { position_refinement: true }, {}, /amplitude and max_shift are in metres/],
  ])('refuses %s', async (_, file, engine, scan, message) => {
    await expect(run(file, { name: 'DM', numiter: 1, ...engine }, scan)).rejects.toThrow(message);
  });
});
