/** Sixty preparations as ptypy 0.9 did them: equal to the bit for integers, to 1e-6 for floats. */
import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { item, sliceFirst, toNumbers, type NdArray, type RealDType } from '../array/ndarray.ts';
import { EOS, WAIT } from '../frames/package.ts';
import type { LoadedFrames } from '../frames/raw.ts';
import type { H5File } from '../hdf5/file.ts';
import { maskOf } from './prepare/weights.ts';
import { PtyScan } from './pty-scan.ts';

const golden = await openGolden('prepare.h5');
const cases = golden.keys('/').filter((name) => name.startsWith('case_'));

class GoldenScan extends PtyScan {
  readonly #raw: string;
  readonly #file: H5File;
  readonly #positionsPerFrame: boolean;

  constructor(parameters: Record<string, unknown>, file: H5File, name: string) {
    super(parameters);
    this.#raw = `${name}/raw`;
    this.#file = file;
    this.#positionsPerFrame = file.attributes(name).positions_per_frame === true;
  }

  #has(name: string): boolean {
    return this.#file.kind(`${this.#raw}/${name}`) === 'dataset';
  }

  protected override loadPositions(): NdArray<'float64'> | undefined {
    if (this.#positionsPerFrame) return undefined;
    return this.#file.read(`${this.#raw}/positions`) as NdArray<'float64'>;
  }

  protected override loadWeight(): NdArray<RealDType> | undefined {
    if (!this.#has('weight2d')) return undefined;
    return this.#file.read(`${this.#raw}/weight2d`) as NdArray<RealDType>;
  }

  protected override load(indices: readonly number[]): LoadedFrames {
    const [start, stop] = [indices[0], indices[indices.length - 1] + 1];
    const part = (name: string): NdArray => sliceFirst(this.#file.read(`${this.#raw}/${name}`), start, stop);
    return {
      frames: part('frames') as NdArray<RealDType>,
      weights: this.#has('weights') ? (part('weights') as NdArray<RealDType>) : undefined,
      positions: part('positions') as NdArray<'float64'>,
    };
  }
}

function expectClose(actual: NdArray, expected: NdArray, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const [a, b] = [toNumbers(actual), toNumbers(expected)];
  const exact = expected.dtype !== 'float32' && expected.dtype !== 'float64';
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    const close = !exact && Math.abs(a[i] - b[i]) <= 1e-6 * Math.abs(b[i]);
    if (!close) expect.fail(`${what}: element ${i} is ${a[i]}, the reference has ${b[i]}`);
  }
}

describe('preparation against the reference', () => {
  it('has sixty cases', () => {
    expect(cases).toHaveLength(60);
  });

  it.each(cases)('%s', async (name) => {
    const attributes = golden.attributes(name);
    const parameters = JSON.parse(attributes.parameters as string) as Record<string, unknown>;
    const scan = new GoldenScan({ ...parameters, rebin_mode: 'mean', force_square: true }, golden, name);
    await scan.initialize();
    const chunks = golden.keys(name).filter((key) => key.startsWith('chunk_'));
    expect(chunks.length).toBeGreaterThan(0);
    for (let k = 0; k < chunks.length; k++) {
      const answer = await scan.auto(Number(attributes.frames_per_call));
      if (answer === WAIT || answer === EOS) expect.fail(`chunk ${k} is ${answer}`);
      const path = `${name}/chunk_${k}`;
      const { chunk, common } = answer;
      expectClose(chunk.data, golden.read(`${path}/data`), `${path}/data`);
      expectClose(chunk.positions, golden.read(`${path}/positions`), `${path}/positions`);
      expect(chunk.indices).toEqual(Array.from(toNumbers(golden.read(`${path}/indices`))));
      const [weights, mask] = [golden.read(`${path}/weights`), golden.read(`${path}/mask`)];
      const ownMask = maskOf(chunk.weights);
      for (let j = 0; j < chunk.indices.length; j++) {
        const own = (array: NdArray): NdArray => (array.shape.length === 2 ? array : item(array, j));
        expectClose(own(chunk.weights), item(weights, j), `${path}/weights ${j}`);
        expectClose(own(ownMask), item(mask, j), `${path}/mask ${j}`);
        expectClose(answer.iterable[j].mask as NdArray, item(mask, j), `${path}/mask of item ${j}`);
      }
      expect(common.center).toEqual(Array.from(toNumbers(attributes.meta_center as NdArray)));
      expect(common.shape).toEqual(Array.from(toNumbers(attributes.meta_shape as NdArray)));
      for (const axis of [0, 1]) {
        expect(common.psize?.[axis]).toBeCloseTo(toNumbers(attributes.meta_psize as NdArray)[axis], 15);
      }
      expect(common.energy).toBe(attributes.meta_energy);
      expect(common.distance).toBe(attributes.meta_distance);
      expect(common.num_frames).toBe(attributes.meta_num_frames);
    }
    expect(await scan.auto(100)).toBe(attributes.end);
  });
});
