/** `Hdf5Loader` against numpy: files made by h5py, expected frames by plain numpy indexing (`loader.test.py`). */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unrecorded } from '../../../test/tools/array-scan.ts';
import { pythonScript, temporaryFolder } from '../../../test/tools/h5py.ts';
import { has, peer } from '../../../test/tools/peer.ts';
import { toNumbers } from '../../array/ndarray.ts';
import { EOS, WAIT, type DataPackage } from '../../frames/package.ts';
import { silentLog } from '../../log.ts';
import { perFrame } from '../../scan/prepare/weights.ts';
import { Hdf5Loader } from './loader.ts';

interface Case {
  readonly name: string;
  readonly parameters: Record<string, unknown>;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly weights: readonly number[];
  readonly positions: readonly [number, number][];
  readonly meta: Record<string, unknown>;
}

const folder = temporaryFolder();
const cases = has('h5py')
  ? (pythonScript(join(import.meta.dirname, 'loader.test.py'), folder) as Case[])
  : [];

async function packages(scan: Hdf5Loader, frames: number): Promise<DataPackage[]> {
  const found: DataPackage[] = [];
  await scan.initialize();
  for (let answer = await scan.auto(frames); answer !== EOS; answer = await scan.auto(frames)) {
    if (answer === WAIT) throw new Error('a finished file never has to be waited for');
    found.push(answer);
  }
  return found;
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const wrong = actual.findIndex(
    (value, i) => Math.abs(value - expected[i]) > tolerance * Math.abs(expected[i]),
  );
  if (wrong !== -1) expect.fail(`element ${wrong} is ${actual[wrong]}, numpy has ${expected[wrong]}`);
}

describe('Hdf5Loader gives what numpy gives', () => {
  if (!has('h5py')) it('in every case', () => peer('h5py'));

  it.each(cases)('$name', async ({ parameters, dtype, shape, data, weights, positions, meta }) => {
    const scan = new Hdf5Loader({ ...unrecorded(parameters), ...parameters }, { log: silentLog });
    const got = await packages(scan, 7);
    const chunks = got.map(({ chunk }) => chunk);
    expect(chunks.flatMap(({ indices }) => indices)).toEqual(positions.map((_, i) => i));
    for (const chunk of chunks) {
      expect(chunk.data.dtype).toBe(dtype);
      expect(chunk.data.shape).toEqual([chunk.indices.length, ...shape.slice(1)]);
    }
    const exact = dtype === 'float32' ? 2e-7 : dtype === 'float64' ? 1e-15 : 0;
    expectClose(
      chunks.flatMap((chunk) => Array.from(chunk.data.data)),
      data,
      exact,
    );
    const all = chunks.flatMap((chunk) => {
      const own =
        chunk.weights.shape.length === 2 ? perFrame(chunk.weights, chunk.indices.length) : chunk.weights;
      return Array.from(own.data);
    });
    expectClose(all, weights, 0);
    const found = chunks.flatMap((chunk) => Array.from(toNumbers(chunk.positions)));
    expectClose(found, positions.flat(), 1e-15);
    for (const [name, value] of Object.entries(meta)) {
      expectClose([got[0].common[name as 'energy'] ?? []].flat(), [value as number].flat(), 1e-12);
    }
  });
});
