/** `ptyflow doctor` as users run it: where all is there, and in an installation without anything optional. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import { TOPICS } from '../../src/run/doctor/finding.ts';
import { VERSION } from '../../src/version.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { install } from '../tools/installed.ts';
import { COMMAND, type Finished } from '../tools/ptyflow.ts';

type Found = Extract<RunEvent, { event: 'finding' }>;

function doctor(options: readonly string[] = [], given: { command?: string; env?: object } = {}): Finished {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [given.command ?? COMMAND, 'doctor', ...options],
    { encoding: 'utf8', env: { ...process.env, ...given.env } },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return { status, stdout, stderr };
}

function findings(given?: Parameters<typeof doctor>[1]): Found[] {
  const lines = doctor(['--json'], given).stdout.trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as RunEvent);
  expect(events.at(-1)?.event).toBe('done');
  return events.filter((event) => event.event === 'finding');
}

describe('doctor', () => {
  it('tells all that there is, what it means, and what to install', () => {
    const all = findings();
    expect([...new Set(all.map(({ topic }) => topic))]).toEqual([...TOPICS]);
    for (const { found, means, isThere, install } of all) {
      expect(found).not.toBe('');
      expect(means).not.toBe('');
      if (isThere) expect(install === null || install.startsWith('apt-get')).toBe(true);
    }
    const [ptyflow, node] = all;
    expect([ptyflow.found, node.details.version]).toEqual([VERSION, process.versions.node]);
    const backends = all.filter(({ topic }) => topic === 'backend');
    expect(backends.map(({ details }) => details.backend)).toEqual(['wasm', 'reference']);
    expect(all.find(({ topic }) => topic === 'simd')?.isThere).toBe(true);
    const filters = all.find(({ topic }) => topic === 'hdf5 filters')?.details;
    expect(filters?.readable).toEqual(expect.arrayContaining(['gzip', 'lz4', 'bitshuffle', 'zstd', 'blosc']));
    expect(filters?.writable).toEqual(['gzip', 'bitshuffle']);
  });

  it('prints the same for people, and nothing when quiet', () => {
    const { stdout } = doctor();
    expect(stdout).toContain(`✓ ptyflow: ${VERSION}\n`);
    expect(stdout).toMatch(/^✓ backend wasm: .+\n {4}runs use it/m);
    expect(stdout).toMatch(/^✓ memory: .+ free\n {4}room for about \d+ frames of 256x256/m);
    expect(doctor(['--quiet']).stdout).toBe('');
  });

  it('names the MPI library that cannot be loaded', () => {
    const mpi = findings({ env: { PTYFLOW_MPI_LIBRARY: '/nowhere/libmpi.so' } }).find(
      ({ topic }) => topic === 'mpi',
    );
    expect(mpi?.isThere).toBe(false);
    expect(mpi?.found).toBe('/nowhere/libmpi.so, named by PTYFLOW_MPI_LIBRARY, cannot be loaded');
  });
});

describe('doctor in a bare installation', () => {
  const folder = temporaryFolder();
  const command = join(folder, 'node_modules', 'ptyflow', 'dist', 'cli', 'main.js');

  beforeAll(() => {
    install(folder);
  });

  /** A package `webgpu` that says so much of the machine. */
  function webgpu(code: string): void {
    const home = join(folder, 'node_modules', 'webgpu');
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{ "name": "webgpu", "type": "module", "main": "index.js" }');
    writeFileSync(join(home, 'index.js'), code);
  }

  it('says what is missing, what that means and what brings it', () => {
    const { stdout } = doctor([], { command });
    expect(stdout).toMatch(
      /^– esbuild: not installed\n {4}.+TypeScript.*\n {4}to install: npm install esbuild$/m,
    );
    expect(stdout).toMatch(/^– koffi: not installed\n {4}.+\n {4}to install: npm install koffi$/m);
    expect(stdout).toMatch(/^– MPI: not known: .*koffi.*\n {4}.+\n {4}to install: npm install koffi$/m);
    expect(stdout).toMatch(/^– GPU: not known: .*webgpu.*\n {4}.+\n {4}to install: npm install webgpu/m);
  });

  it('lists the GPUs that the package webgpu finds, each once', () => {
    webgpu(`
      const info = { vendor: 'nvidia', architecture: 'ada', description: '' };
      const software = { vendor: 'google', architecture: 'swiftshader', description: 'SwiftShader', isFallbackAdapter: true };
      const limits = { maxBufferSize: 4e9 };
      const adapters = { 'high-performance': { info, limits }, 'low-power': { info: software, limits } };
      export const create = () => ({
        requestAdapter: ({ powerPreference }) => Promise.resolve(adapters[powerPreference]),
      });
      // Its threads keep the process.
      setInterval(() => undefined, 1000);`);
    const gpus = findings({ command }).filter(({ topic }) => topic === 'gpu');
    expect(gpus.map(({ isThere, found }) => [isThere, found])).toEqual([
      [true, 'nvidia ada, buffers of up to 4 GB'],
      [false, 'google swiftshader (SwiftShader), buffers of up to 4 GB: no GPU, the processor plays one'],
    ]);
  });

  it('survives a package that crashes', () => {
    webgpu('export const create = () => process.abort();');
    const [gpu] = findings({ command }).filter(({ topic }) => topic === 'gpu');
    expect(gpu.found).toBe('the package webgpu does not work: it ended its process with SIGABRT');
  });
});
