import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/tools/closing-line.ts';

/** Runs that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 1_800_000,
    globalSetup: ['test/tools/peers.ts'],
    setupFiles: ['test/tools/relaxed-simd.ts'],
    reporters: ['default', new ClosingLine()],
  },
});
