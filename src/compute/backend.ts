/**
 * What an engine needs from hardware. Engines are written once and run on every backend.
 *
 * Calls queue work and return at once; `read` waits for everything queued before it and rejects if any of it failed.
 * Arrays are complex unless said otherwise. Sums run over the views of one block; several blocks add up because
 * `accumulate…` and `gradient` add to what their targets hold. Numbers that are returned are sums over this rank.
 */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';

/** A complex or real array that lives on the backend. */
export interface DeviceArray {
  readonly shape: readonly number[];
  readonly complex: boolean;
}

/** Views that share a probe and an object: frames, weights and where they lie. */
export interface BlockInput {
  /** (n, rows, cols) measured intensities. */
  readonly intensities: NdArray<RealDType>;
  /** (n, rows, cols) or (rows, cols) statistical weights, 0 invalid. */
  readonly weights: NdArray<RealDType>;
  /** (n, 2) int32: first row and column of each view in the object array. */
  readonly corners: NdArray<'int32'>;
  readonly geometry: PropagatorGeometry;
  /** Modes of the exit wave: (probe layer, object layer) of each. */
  readonly modes: readonly (readonly [number, number])[];
  /** Exit waves are kept between iterations (projection engines) or not (ML, PIE). */
  readonly keepExit: boolean;
}

export interface Block {
  readonly views: number;
  readonly frameShape: readonly [number, number];
  readonly modes: readonly (readonly [number, number])[];
}

/** Coefficients of the projection step ψ += b·F⁻¹(g·F((1−c)ψ + c·PO)) + a·PO − (a+b)ψ. */
export interface ProjectionStep {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Power bound p: views with a Fourier error below it skip the transform; 0 projects fully. */
  readonly powerBound: number;
}

/** Sums over views of the three reported errors; the engine divides by the number of views. */
export interface ErrorSums {
  readonly magnitude: number;
  readonly photon: number;
  readonly exit: number;
  readonly views: number;
}

export interface PieStep {
  readonly alpha: number;
  readonly beta: number;
  readonly updateObject: boolean;
  readonly updateProbe: boolean;
  /** Order in which the views of the block are visited. */
  readonly order: readonly number[];
}

export type NoiseModel = 'gaussian' | 'poisson' | 'euclid';

export interface LikelihoodOptions {
  readonly model: NoiseModel;
  /** One scale factor per view multiplies the model intensities. */
  readonly floatingIntensities: boolean;
}

export interface LikelihoodSums extends ErrorSums {
  /** Loss, not yet divided by the number of measured points. */
  readonly loss: number;
}

/** Result of work that was queued; awaiting it is a `read`. */
export type Queued<T> = Promise<T>;

export interface Backend {
  readonly name: string;
  readonly precision: 'single' | 'double';

  // Arrays
  allocate(shape: readonly number[], kind: 'complex' | 'real'): DeviceArray;
  upload(target: DeviceArray, source: NdArray): void;
  /** Complex arrays come back as complex64 or complex128 by the backend's precision, real ones as float32 or float64. */
  read(array: DeviceArray): Promise<NdArray>;
  free(array: DeviceArray): void;

  // Element-wise, over whole arrays of equal shape
  fill(array: DeviceArray, value: number): void;
  copy(target: DeviceArray, source: DeviceArray): void;
  /** target = scale·target + factor·source */
  combine(target: DeviceArray, scale: number, factor: number, source: DeviceArray): void;
  /** Re Σ a*·b */
  dot(a: DeviceArray, b: DeviceArray): Queued<number>;
  /** target *= factor, where factor is a real array of the target's last axes */
  multiply(target: DeviceArray, factor: DeviceArray): void;
  /** Amplitude of `target` kept within [low, high], phase kept. */
  clipAmplitude(target: DeviceArray, low: number, high: number): void;
  /** target = (weight·target + numerator)/(weight + denominator). `denominator` is real, same shape. 0/0 keeps the target. */
  quotient(target: DeviceArray, numerator: DeviceArray, denominator: DeviceArray, weight: number): void;
  /** gradient += ∂/∂O of amplitude·Σ|∇O|² (squared forward and backward differences); returns the amplitude·Σ. */
  del2Gradient(object: DeviceArray, gradient: DeviceArray, amplitude: number): Queued<number>;
  /** Coefficients [B₀, B₁, B₂] of the same regulariser along `direction`: B₀ + B₁t + B₂t². */
  del2LineSearch(
    object: DeviceArray,
    direction: DeviceArray,
    amplitude: number,
  ): Queued<[number, number, number]>;

  // Blocks
  createBlock(input: BlockInput): Block;
  freeBlock(block: Block): void;
  /** New corners (object grown, positions refined): (n, 2) int32. */
  setCorners(block: Block, corners: NdArray<'int32'>): void;
  /** Σ m·I over the block and the largest of a single frame. */
  power(block: Block): Queued<{ total: number; largest: number; measured: number }>;

  // Projection engines (DM, RAAR)
  /** ψ = P·O */
  initializeExit(block: Block, probe: DeviceArray, object: DeviceArray): void;
  /** One projection step of every view. `photon` costs one more transform and is NaN unless asked for. */
  project(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    step: ProjectionStep,
    withPhotonError: boolean,
  ): Queued<ErrorSums>;
  /** numerator += Σ P*ψ at the views' windows; denominator += Σ |P|². */
  accumulateObject(block: Block, probe: DeviceArray, numerator: DeviceArray, denominator: DeviceArray): void;
  /** numerator += Σ O*ψ; denominator += Σ |O|². */
  accumulateProbe(block: Block, object: DeviceArray, numerator: DeviceArray, denominator: DeviceArray): void;

  // Ptychographic iterative engines (EPIE)
  pieSweep(block: Block, probe: DeviceArray, object: DeviceArray, step: PieStep): Queued<ErrorSums>;

  // Maximum likelihood
  /** Adds the gradients (spec 5) to `objectGradient` and `probeGradient`. Errors with the model as it is. */
  gradient(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    options: LikelihoodOptions,
    probeGradient: DeviceArray,
    objectGradient: DeviceArray,
  ): Queued<LikelihoodSums>;
  /** Coefficients [B₀, B₁, B₂] of the loss along the direction, not yet divided by the number of measured points. */
  lineSearch(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    options: LikelihoodOptions,
    probeDirection: DeviceArray,
    objectDirection: DeviceArray,
  ): Queued<[number, number, number]>;

  // Forward model
  /** Σ_k |F(P_k·O_k)|² of every view: (n, rows, cols). */
  modelIntensities(block: Block, probe: DeviceArray, object: DeviceArray): Promise<NdArray>;
  /** Sums of |√M − √I| and of √I over valid pixels; their ratio is the R-factor. */
  residual(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
  ): Queued<{ difference: number; measured: number }>;

  dispose(): void;
}
