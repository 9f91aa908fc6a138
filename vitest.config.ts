import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/tools/closing-line.ts';
import { filesWith, testFiles } from './test/tools/test-files.ts';

const FILES = testFiles().filter((file) => !file.startsWith(join('test', 'long')));

/** They change modules, or what may be opened, for themselves: others in the same process would find it changed too. */
const ALONE = ['vi.mock(', 'confineTo('].flatMap((call) => filesWith(call, FILES));

export default defineConfig({
  test: {
    // Both cores: many tests wait for processes of their own.
    maxWorkers: 2,
    maxConcurrency: 3,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    provide: { isLong: false },
    // Node reads these at every start, which takes longer than the start itself; no test talks to another machine.
    env: { NODE_EXTRA_CA_CERTS: '' },
    globalSetup: ['test/tools/peers.ts'],
    setupFiles: ['test/tools/relaxed-simd.ts'],
    reporters: ['default', new ClosingLine()],
    // Starting a process for every file takes longer than most of them.
    projects: [
      { extends: true, test: { name: 'shared', include: FILES, exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
