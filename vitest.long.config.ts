import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/tools/closing-line.ts';

/** Tests of which `npm test` runs a sample only. */
const SAMPLED = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter(
      (file) =>
        file.endsWith('.test.ts') &&
        readFileSync(join(import.meta.dirname, file), 'utf8').includes('tools/sampled.ts'),
    ),
);

/** Runs that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts', ...SAMPLED],
    provide: { isLong: true },
    testTimeout: 1_800_000,
    globalSetup: ['test/tools/peers.ts'],
    setupFiles: ['test/tools/relaxed-simd.ts'],
    reporters: ['default', new ClosingLine()],
  },
});
