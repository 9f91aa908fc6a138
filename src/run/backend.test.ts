/** A run takes one backend and gives it back, however it ends. */
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import type { Backend } from '../compute/backend.ts';
import { AbortedError, DataError } from '../errors.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { silentLog } from '../log.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { configFromTree } from './config/config.ts';
import { lookAhead } from './outlook.ts';
import { runReconstruction } from './reconstruct.ts';

const taken: Backend[] = [];

vi.mock(import('./backend.ts'), async (original) => {
  const { findBackend } = await original();
  return {
    findBackend: async (wanted) => {
      const found = await findBackend(wanted);
      taken.push(found.backend);
      return found;
    },
  };
});

beforeEach(() => {
  taken.length = 0;
});

const folder = temporaryFolder();
const registry = new ScanRegistry();
const data = { name: 'MoonFlowerScan', shape: 32, num_frames: 8 };
const { config } = configFromTree(
  {
    io: { autosave: { active: false }, pictures: false },
    scans: { S: { data, illumination: { aperture: { form: 'circ', size: 3.6e-6 } } } },
    engines: { e: { name: 'EPIE', numiter: 2 } },
  },
  { scanGroups: registry, engineGroups: ENGINE_GROUPS },
);
const stage = { registry, communicator: singleCommunicator(), onEvent: () => undefined, log: silentLog };

/** What `work` throws, if anything. */
async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function expectDisposed(): void {
  expect(taken).toHaveLength(1);
  expect(() => taken[0].allocate([1], 'real')).toThrow(/was disposed/);
}

function reconstruction(signal?: AbortSignal): Promise<unknown> {
  const options = { ...stage, run: 'r', output: join(folder, 'out'), overrides: () => ({}) };
  return runReconstruction(config, signal === undefined ? options : { ...options, signal });
}

it('at its end', async () => {
  expect(await errorOf(reconstruction())).toBeUndefined();
  expectDisposed();
});

it('when it is stopped', async () => {
  expect(await errorOf(reconstruction(AbortSignal.abort()))).toBeInstanceOf(AbortedError);
  expectDisposed();
});

it('when it fails', async () => {
  const scans = config.scans.map((scan) => ({ ...scan, data: { ...scan.data, name: 'Unknown' } }));
  const failing = runReconstruction(
    { ...config, scans },
    { ...stage, run: 'r', output: folder, overrides: () => ({}) },
  );
  expect(await errorOf(failing)).toBeInstanceOf(Error);
  expectDisposed();
});

it('when it has only looked ahead', async () => {
  await lookAhead(config, stage);
  expectDisposed();
});

it('is told when what it asks for is not there', async () => {
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  const error = await errorOf(reconstruction());
  vi.restoreAllMocks();
  expect(error).toBeInstanceOf(DataError);
  expect(taken).toHaveLength(0);
});
