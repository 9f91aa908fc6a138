import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/tools/closing-line.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'kernels/**/*.test.ts'],
    exclude: ['test/long/**'],
    // Both cores: many tests wait for processes of their own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    globalSetup: ['test/tools/peers.ts'],
    reporters: ['default', new ClosingLine()],
  },
});
