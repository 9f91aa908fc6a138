/** Views of the reference backend: frames, masks, corners, exit waves and the waves kernels work on. */
import { describe, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Block, BlockInput, BlockPower, DeviceArray, ErrorSums } from '../backend.ts';
import { ownOf, type ReferenceArray } from './arrays.ts';
import { createTransform, type Transform } from './transform.ts';

export class ReferenceBlock implements Block {
  readonly views: number;
  readonly frameShape: readonly [number, number];
  readonly modes: readonly (readonly [number, number])[];
  readonly exitPhase = undefined;
  /** N, pixels of a frame. */
  readonly pixels: number;
  /** (views, N) photons, 0 where masked or negative. */
  readonly intensities: Float64Array;
  /** (views or 1, N) 0 invalid, else the statistical weight. */
  readonly weights: Float64Array;
  readonly #weightsPerView: boolean;
  /** Σ m of each view. */
  readonly measured: Float64Array;
  readonly transform: Transform;
  /** (views, 2) first row and column in the object. */
  corners: Int32Array;
  /** (views, modes, rows, cols) complex, while a projection engine runs. */
  exit: Float64Array | undefined;
  /** χ of the views of the last `leastSquaresChange`, (views, modes, rows, cols) complex. */
  change: { readonly views: readonly number[]; readonly waves: Float64Array } | undefined;
  /** Waves of one view, one for each mode. */
  readonly waves: readonly Float64Array[];
  readonly products: readonly Float64Array[];
  readonly more: readonly Float64Array[];
  /** Numbers of one frame. */
  readonly scratch: readonly [Float64Array, Float64Array, Float64Array];
  /** Σ log I! over valid pixels, once asked for. */
  logFactorials: number | undefined;

  constructor(input: BlockInput) {
    const { intensities, weights, modes } = input;
    const [views, rows, cols] = intensities.shape;
    checkInput(input);
    this.views = views;
    this.frameShape = [rows, cols];
    this.modes = modes.map(([probe, object]) => [probe, object]);
    this.pixels = rows * cols;
    this.#weightsPerView = weights.shape.length === 3;
    this.weights = readWeights(input);
    this.intensities = Float64Array.from(intensities.data);
    this.measured = new Float64Array(views);
    for (let view = 0; view < views; view++) {
      const start = view * this.pixels;
      const offset = this.weightOffset(view);
      for (let i = 0; i < this.pixels; i++) {
        const value = this.intensities[start + i];
        if (this.weights[offset + i] > 0) this.measured[view]++;
        // Masked pixels may hold anything, NaN included; valid ones below 0 (dark subtracted) count as 0.
        if (!(this.weights[offset + i] > 0 && value > 0)) this.intensities[start + i] = 0;
      }
    }
    this.corners = Int32Array.from(input.corners.data);
    this.transform = createTransform(input.geometry);
    const waves = (): Float64Array[] => modes.map(() => new Float64Array(2 * this.pixels));
    this.waves = waves();
    this.products = waves();
    this.more = waves();
    const numbers = (): Float64Array => new Float64Array(this.pixels);
    this.scratch = [numbers(), numbers(), numbers()];
  }

  /** Where the weights of a view start. */
  weightOffset(view: number): number {
    return this.#weightsPerView ? view * this.pixels : 0;
  }

  requireExit(): Float64Array {
    if (this.exit === undefined) throw new DataError('block has no exit waves: call initializeExit first');
    return this.exit;
  }

  power(): BlockPower {
    let total = 0;
    let largest = 0;
    let measured = 0;
    for (let view = 0; view < this.views; view++) {
      let sum = 0;
      for (let i = view * this.pixels; i < (view + 1) * this.pixels; i++) sum += this.intensities[i];
      total += sum;
      largest = Math.max(largest, sum);
      measured += this.measured[view];
    }
    return { total, largest, measured };
  }
}

/** The block as this backend's own. Throws `DataError` for blocks of other backends. */
export function ownBlock(block: Block): ReferenceBlock {
  if (block instanceof ReferenceBlock) return block;
  throw new DataError('block does not belong to the reference backend');
}

export function checkInput({ intensities, weights, corners, geometry, modes }: BlockInput): void {
  const [views, rows, cols] = intensities.shape;
  if (intensities.shape.length !== 3 || rows !== geometry.shape[0] || cols !== geometry.shape[1]) {
    throw new DataError(`frames ${describe(intensities)}: (n, ${geometry.shape.join(', ')}) is needed`);
  }
  const expected = weights.shape.length === 2 ? [rows, cols] : [views, rows, cols];
  if (weights.shape.length !== expected.length || expected.some((n, axis) => n !== weights.shape[axis])) {
    throw new DataError(`weights ${describe(weights)} of frames ${describe(intensities)}`);
  }
  checkCorners(corners, views);
  if (modes.length === 0)
    throw new DataError('block without modes: at least one (probe, object) pair is needed');
}

export function checkCorners(corners: NdArray<'int32'>, views: number): void {
  if (corners.shape.length !== 2 || corners.shape[0] !== views || corners.shape[1] !== 2) {
    throw new DataError(`corners ${describe(corners)}: (${views}, 2) is needed`);
  }
}

function readWeights({ weights, weightUnit = 1 }: BlockInput): Float64Array {
  const statistical = weights.dtype === 'float32' || weights.dtype === 'float64';
  return Float64Array.from(weights.data, (weight) => {
    if (!(weight > 0)) return 0;
    return statistical ? weight / weightUnit : 1;
  });
}

/** Probe and object of a block. Throws `DataError` where a mode names a missing layer or a view leaves the object. */
export function operands(
  block: ReferenceBlock,
  probe: DeviceArray,
  object: DeviceArray,
): { probe: ReferenceArray; object: ReferenceArray } {
  return {
    probe: checkProbe(block, ownOf(probe, 'complex')),
    object: checkObject(block, ownOf(object, 'complex')),
  };
}

export function checkProbe(block: ReferenceBlock, probe: ReferenceArray): ReferenceArray {
  const [layers, rows, cols] = probe.shape;
  const fits = rows === block.frameShape[0] && cols === block.frameShape[1];
  if (probe.shape.length !== 3 || !fits || block.modes.some(([layer]) => layer >= layers)) {
    throw new DataError(
      `probe [${probe.shape.join('x')}] with frames of ${block.frameShape.join('x')} and ${block.modes.length} modes`,
    );
  }
  return probe;
}

/** `corners`: where the views are to lie, if not where the block has them. */
export function checkObject(
  block: ReferenceBlock,
  object: ReferenceArray,
  corners: Int32Array = block.corners,
): ReferenceArray {
  const [layers, rows, cols] = object.shape;
  if (object.shape.length !== 3 || block.modes.some(([, layer]) => layer >= layers)) {
    throw new DataError(
      `object [${object.shape.join('x')}]: (layers, rows, cols) with the layers of the modes`,
    );
  }
  for (let view = 0; view < block.views; view++) {
    const row = corners[2 * view];
    const col = corners[2 * view + 1];
    if (row < 0 || col < 0 || row + block.frameShape[0] > rows || col + block.frameShape[1] > cols) {
      throw new DataError(`view ${view} at (${row}, ${col}) leaves the object [${object.shape.join('x')}]`);
    }
  }
  return object;
}

/** Numerator and denominator of an update, alike but for the kind. */
export function updateTargets(
  numerator: DeviceArray,
  denominator: DeviceArray,
): { numerator: ReferenceArray; denominator: ReferenceArray } {
  const pair = { numerator: ownOf(numerator, 'complex'), denominator: ownOf(denominator, 'real') };
  if (pair.numerator.data.length !== 2 * pair.denominator.data.length) {
    throw new DataError(
      `numerator [${numerator.shape.join('x')}] and denominator [${denominator.shape.join('x')}]: equal shapes are needed`,
    );
  }
  return pair;
}

/** Sums that grow view by view. */
export type RunningSums = { -readonly [K in keyof ErrorSums]: ErrorSums[K] };

export function startSums(views: number): RunningSums {
  return { views, magnitude: 0, photon: 0, exit: 0, residual: 0, amplitude: 0 };
}
