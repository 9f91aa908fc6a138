/** `ptyflow/physics` runs in a browser: it bundles without anything of Node, and what is bundled works. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ROOT } from './tools/ptyflow.ts';

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [join(ROOT, 'src', 'doors', 'physics.ts')],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'ptyflow',
    write: false,
    logLevel: 'silent',
  });
  expect(result.warnings).toEqual([]);
  return result.outputFiles[0].text;
}

describe('the browser entry', () => {
  it('bundles without Node, and simulates a frame where there is no Node', async () => {
    const code = await bundle();
    expect(code).not.toMatch(/require\("node:/);
    const program = `${code};
      const scan = ptyflow.createMoonflowerExperiment({ shape: 32, num_frames: 4, add_poisson_noise: true });
      const frame = scan.frame(3);
      [frame.shape.join('x'), frame.dtype, frame.data.reduce((sum, count) => sum + count, 0) > 0].join(' ')`;
    // A context of its own has the language, and neither process, Buffer nor require.
    const browser = { performance, setTimeout, console, TextDecoder, TextEncoder, structuredClone };
    expect(runInNewContext(program, { ...browser, self: {}, window: {} })).toBe('32x32 int32 true');
  });
});
