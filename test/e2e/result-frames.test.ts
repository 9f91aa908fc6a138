/** The frames of a saved reconstruction, as pages see them: those that its run had, beside the same model. */
import { cpSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { startRun } from 'ptyflow';
import { afterAll, expect, it } from 'vitest';
import { FileService } from '../../src/server/files/file-service.ts';
import { servedOf } from '../../src/server/files/served.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { ROOT } from '../tools/ptyflow.ts';

const folder = temporaryFolder();
const thread = new URL(`file://${join(ROOT, 'dist/server/files/files-entry.js')}`);
const services: FileService[] = [];

function serviceOf(...given: readonly string[]): FileService {
  const service = new FileService({ served: servedOf(given), log: () => undefined, thread });
  services.push(service);
  return service;
}

afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
});

it('frames, model and R-factors of a file are those of the run that saved it; without its data it says so', async () => {
  mkdirSync(join(folder, 'data'));
  const dfile = join(folder, 'data', 'moon.ptyd');
  const run = await startRun({
    scans: {
      S: {
        data: { name: 'MoonFlowerScan', num_frames: 20, shape: 32, save: 'append', dfile },
        coherence: { num_probe_modes: 2 },
        illumination: { aperture: { form: 'circ', size: 3e-6 } },
      },
    },
    engines: { e: { name: 'EPIE', numiter: 100_000 } },
    io: { home: join(folder, 'home'), pictures: false },
  });
  await run.pause();
  const { frames, rfactors, positions } = await run.snapshot({
    ...{ frames: [3, 11], rfactors: true, fluence: false },
  });
  const saved = await run.save();
  run.stop();
  await run.ended.catch(() => undefined);
  mkdirSync(join(folder, 'result'));
  cpSync(saved, join(folder, 'result', 'moon.ptyr'));

  const service = serviceOf(join(folder, 'result'), join(folder, 'data'));
  const file = 'result/moon.ptyr';
  const scansOf = async (asked: FileService, name: string): Promise<unknown> =>
    (await asked.ask({ do: 'describe', file: name, source: 'a' })).description.scans;
  const indices = positions.S.indices.toSorted((a, b) => a - b);
  const shown = [{ label: 'S', indices, shape: [32, 32], center: [16, 16], hasModel: true }];
  expect(await scansOf(service, file)).toMatchObject(shown);
  for (const { index, measured, model, weights, center } of frames) {
    expect(center).toEqual([16, 16]);
    const frame = await service.ask({ do: 'frame', file, label: 'S', index });
    expect(frame.measured.data).toEqual(measured.data);
    expect(frame.mask.data).toEqual(weights.data);
    expect(frame.model?.data).toEqual(model.data);
  }
  const rated = await service.ask({ do: 'rfactors', file, label: 'S', from: 0 });
  expect(rated.total).toBe(20);
  const known = new Map(rfactors?.S.indices.map((index, i) => [index, rfactors.S.rfactors[i]]));
  expect(rated.rfactors).toEqual(rated.indices.map((index) => known.get(index)));

  // Moved as a whole, as to another machine, it is found by its name.
  renameSync(dfile, join(folder, 'result', 'moon.ptyd'));
  expect(await scansOf(serviceOf(join(folder, 'result')), 'moon.ptyr')).toMatchObject(shown);
  const alone = serviceOf(join(folder, 'result', 'moon.ptyr'));
  expect(await scansOf(alone, 'moon.ptyr')).toMatchObject([
    {
      indices: [],
      hasModel: false,
      trouble: expect.stringMatching(/^its frames are in moon\.ptyd, which/) as string,
    },
  ]);
  await expect(alone.ask({ do: 'frame', file: 'moon.ptyr', label: 'S', index: 3 })).rejects.toThrow(
    'moon.ptyd',
  );
});
