/** What runs in a browser: it bundles without anything of Node, and what is bundled works. */
import { build } from 'esbuild';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MoonFlowerScan } from '../src/loaders/moonflower/loader.ts';
import { packagesOf } from './tools/array-scan.ts';
import { inChromium } from './tools/chromium.ts';
import { ROOT } from './tools/ptyflow.ts';

/** Bundles a module that imports the package as it is built. */
async function bundle(code: string, format: 'esm' | 'iife'): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: ROOT },
    ...{ bundle: true, platform: 'browser', format, globalName: 'ptyflow' },
    ...{ write: false, metafile: true, logLevel: 'silent' },
  });
  expect(result.warnings).toEqual([]);
  const parts = Object.keys(result.metafile.inputs);
  expect(parts).toContain('dist/scan/pty-scan.js');
  expect(parts.filter((name) => /^dist\/(hdf5|ptyd|files)\//.test(name))).toEqual([]);
  return result.outputFiles[0].text;
}

const MOONFLOWER = { shape: 32, num_frames: 5, photons: 1e6 };

/** Prepares scans: what it finds. */
const PREPARE = `
  import { EOS, MoonFlowerScan, PtyScan } from 'ptyflow';

  async function prepared(scan) {
    await scan.initialize();
    const found = [];
    for (let answer = await scan.auto(2); answer !== EOS; answer = await scan.auto(2)) {
      for (const { data } of answer.iterable) found.push(data.data.reduce((sum, count) => sum + count, 0));
    }
    return found;
  }

  class Flat extends PtyScan {
    loadPositions() { return [[0, 0], [1e-6, 0], [2e-6, 0]]; }
    load(points) {
      const frame = (point) => ({ dtype: 'uint16', shape: [4, 4], data: new Uint16Array(16).fill(point + 1) });
      return { frames: points.map(frame) };
    }
  }
  const geometry = { energy: 7, distance: 2, psize: 1e-4, shape: null };
  const failure = (parameters) => prepared(new Flat({ ...geometry, ...parameters })).catch((error) => error.message);

  async function run() {
    return {
      moonflower: await prepared(new MoonFlowerScan(${JSON.stringify(MOONFLOWER)})),
      flat: await prepared(new Flat(geometry)),
      saved: await failure({ save: 'append', dfile: 'flat.ptyd' }),
      read: await failure({ source: 'flat.ptyd' }),
    };
  }
  export default run();`;

describe('the browser entry', () => {
  it('bundles without Node, and simulates a frame where there is no Node', async () => {
    const code = await bundle("export * from 'ptyflow'; export * from 'ptyflow/physics'", 'iife');
    expect(code).not.toMatch(/require\("node:/);
    const program = `${code};
      const scan = ptyflow.createMoonflowerExperiment({ shape: 32, num_frames: 4, add_poisson_noise: true });
      const frame = scan.frame(3);
      [frame.shape.join('x'), frame.dtype, frame.data.reduce((sum, count) => sum + count, 0) > 0].join(' ')`;
    // A context of its own has the language, and neither process, Buffer nor require.
    const browser = { performance, setTimeout, console, TextDecoder, TextEncoder, structuredClone };
    expect(runInNewContext(program, { ...browser, self: {}, window: {} })).toBe('32x32 int32 true');
  });

  it('prepares scans in a browser as in Node, and says that there are no files', async () => {
    const scan = new MoonFlowerScan(MOONFLOWER);
    await scan.initialize();
    const frames = (await packagesOf(scan, 2)).flatMap(({ iterable }) => iterable);
    const sums = frames.map(({ data }) =>
      Array.from(data?.data ?? []).reduce((sum, count) => sum + count, 0),
    );
    expect(await inChromium(await bundle(PREPARE, 'esm'))).toEqual({
      moonflower: sums,
      flat: [16, 32, 48],
      saved: expect.stringContaining('flat.ptyd cannot be written here: there is no file system') as string,
      read: expect.stringContaining('flat.ptyd cannot be read here: there is no file system') as string,
    });
  });
});
