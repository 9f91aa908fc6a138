import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/tools/closing-line.ts';
import { filesWith, testFiles } from './test/tools/test-files.ts';

/** Tests of which `npm test` runs a sample only. */
const SAMPLED = ['tools/sampled.ts', 'contracts/loader.ts'].flatMap((text) => filesWith(text, testFiles()));

/** Runs that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts', ...SAMPLED],
    provide: { isLong: true },
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    globalSetup: ['test/tools/peers.ts'],
    setupFiles: ['test/tools/relaxed-simd.ts'],
    reporters: ['default', new ClosingLine()],
  },
});
