/** Views of the reference backend: frames, masks, corners, exit waves and the waves kernels work on. */
import { ndarray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Block, BlockInput, BlockPower, DeviceArray, ErrorSums, BlockFrames } from '../backend.ts';
import { checkInput, checkObject, checkProbe, checkViews } from '../shared/checks.ts';
import type { Lifetime } from '../shared/lifetime.ts';
import { ownOf, type ReferenceArray } from './arrays.ts';
import { createTransform, type Transform } from './transform.ts';

export class ReferenceBlock implements Block {
  readonly lifetime: Lifetime;
  readonly views: number;
  readonly frameShape: Pair;
  readonly modes: readonly (readonly [number, number])[];
  readonly exitPhase = undefined;
  /** (rows, cols) of a frame as measured. */
  readonly measuredShape: Pair;
  /** N, pixels of a frame. */
  readonly pixels: number;
  /** Pixels of a wave. */
  readonly wavePixels: number;
  /** The measured pixel that each pixel of a wave is part of. */
  readonly places: Int32Array;
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
  /** Factors of a frame's pixels that a constraint multiplies waves by. */
  readonly factors: Float64Array;
  /** Numbers of one wave. */
  readonly powers: readonly [Float64Array, Float64Array];
  /** Σ log I! over valid pixels, once asked for. */
  logFactorials: number | undefined;

  constructor(lifetime: Lifetime, input: BlockInput) {
    lifetime.require();
    this.lifetime = lifetime;
    const { intensities, weights, modes } = input;
    const [views, rows, cols] = intensities.shape;
    checkInput(input);
    this.views = views;
    const [height, width] = input.geometry.shape;
    this.frameShape = [height, width];
    this.measuredShape = [rows, cols];
    this.wavePixels = height * width;
    this.places = placesOf(this.frameShape, this.measuredShape);
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
    const waves = (): Float64Array[] => modes.map(() => new Float64Array(2 * this.wavePixels));
    this.waves = waves();
    this.products = waves();
    this.more = waves();
    const numbers = (): Float64Array => new Float64Array(this.pixels);
    this.scratch = [numbers(), numbers(), numbers()];
    this.factors = numbers();
    this.powers = [new Float64Array(this.wavePixels), new Float64Array(this.wavePixels)];
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

  readFrames(views: readonly number[]): BlockFrames {
    checkViews(this, views);
    const shape = [views.length, ...this.measuredShape];
    const intensities = new Float64Array(views.length * this.pixels);
    const weights = new Float64Array(intensities.length);
    views.forEach((view, row) => {
      const [start, offset] = [view * this.pixels, this.weightOffset(view)];
      intensities.set(this.intensities.subarray(start, start + this.pixels), row * this.pixels);
      weights.set(this.weights.subarray(offset, offset + this.pixels), row * this.pixels);
    });
    return {
      intensities: ndarray('float64', shape, intensities),
      weights: ndarray('float64', shape, weights),
    };
  }
}

/** The block as this backend's own. Throws `DataError` for blocks of other backends and of one that was disposed. */
export function ownBlock(block: Block): ReferenceBlock {
  if (!(block instanceof ReferenceBlock)) {
    throw new DataError('block does not belong to the reference backend');
  }
  block.lifetime.require();
  return block;
}

function placesOf([height, width]: Pair, [rows, cols]: Pair): Int32Array {
  const sampling = height / rows;
  return Int32Array.from({ length: height * width }, (_, i) => {
    const row = Math.floor(Math.floor(i / width) / sampling);
    return row * cols + Math.floor((i % width) / sampling);
  });
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
