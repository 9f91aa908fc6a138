/**
 * What an engine needs from hardware. Engines are written once and run on every backend.
 *
 * Calls queue work and return at once; `read` and every `Queued` number wait for all that was queued before them and reject
 * if any of it failed. A rejection waits for whoever awaits it: callers queue what they can before they await the first number.
 * Arrays that do not fit together throw `DataError` at once. Arrays are complex unless said otherwise.
 * Sums run over the views of one block; several blocks add up, because `accumulate…` and `gradient` add to what their
 * targets hold. Returned numbers are sums over this rank: sums over ranks are the engine's.
 *
 * Shapes: probe (probe layers, rows, cols) · object (object layers, object rows, object cols) · exit waves one per view
 * and mode. A mode k joins a probe layer P_k with an object layer O_k. F is the propagator, f_k = F(P_k·O_k),
 * M = Σ_k|f_k|², I a measured frame, m its mask (0/1), N the pixels of a frame. Where waves are finer than frames (`BlockInput.geometry`)
 * M is summed over the s×s pixels of each measured one, and factors of a measured pixel apply to all of them.
 */
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';

/** A complex or real array that lives on the backend. */
export interface DeviceArray {
  readonly shape: readonly number[];
  readonly complex: boolean;
}

/** Views that share a probe and an object: frames, weights and where they lie. The backend copies what it keeps. */
export interface BlockInput {
  /** (n, rows, cols) measured intensities, photons. n may be 0. */
  readonly intensities: NdArray<RealDType>;
  /**
   * (n, rows, cols) or (rows, cols); the mask is where they are above 0. Floating-point weights also weigh the pixels
   * in the likelihood, other types are masks only.
   */
  readonly weights: NdArray<RealDType>;
  /** Weight that counts as 1 in the likelihood. */
  readonly weightUnit?: number;
  /** (n, 2) int32: first row and column of each view in the object array. */
  readonly corners: NdArray<'int32'>;
  /**
   * Of the waves: its shape is (s·rows, s·cols), s a whole number of at least 1, for a field of view s times that of frames. Every
   * measured pixel is the sum of s×s pixels of the model; N and all errors but the exit error count measured pixels.
   */
  readonly geometry: PropagatorGeometry;
  /** Modes of the exit wave: (probe layer, object layer) of each. */
  readonly modes: readonly (readonly [number, number])[];
}

export interface Block {
  readonly views: number;
  /** (rows, cols) of the waves. */
  readonly frameShape: Pair;
  readonly modes: readonly (readonly [number, number])[];
  /**
   * Complex (rows, cols) that exit waves are multiplied by where they are given out and taken in: that which the backend keeps
   * them with, so that not a bit is lost (`withPhase` changes it). Undefined: nothing.
   */
  readonly exitPhase: NdArray<'complex64'> | undefined;
}

/** Sums over the frames of a block. */
export interface BlockPower {
  /** Σ m·I */
  readonly total: number;
  /** The largest Σ m·I of a frame. */
  readonly largest: number;
  /** Σ m, the number of measured points. */
  readonly measured: number;
}

/** Frames of some views as a block keeps them. */
export interface BlockFrames {
  /** (views, rows, cols) I, photons: 0 where masked, and where less than 0 was measured. */
  readonly intensities: NdArray<'float32' | 'float64'>;
  /** (views, rows, cols) 0 where masked, else the weight in units of `weightUnit`; 1 of weights that are masks only. */
  readonly weights: NdArray<'float32' | 'float64'>;
}

/** Coefficients of the projection step f = F((1−c)ψ + c·PO), ψ += b·F⁻¹(g·f) + a·PO − (a+b)ψ. */
export interface ProjectionStep {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Power bound p: views with a Fourier error of at most p skip the transform. */
  readonly powerBound: number;
}

export interface ProjectionOptions {
  /** The photon error and the R-factor cost one more transform; they are NaN unless asked for. */
  readonly photonError: boolean;
  /** Where the object update of the new exit waves is to be added as by `accumulateObject`, which a backend may fuse. */
  readonly accumulate?: { readonly numerator: DeviceArray; readonly denominator: DeviceArray };
}

/** Sums over views. The engine adds blocks and ranks and divides. What was not computed is NaN. */
export interface ErrorSums {
  readonly views: number;
  /** Fourier magnitude error: Σ m(√Σ|f_k|² − √I)² / Σ m of each view, f as handed to the constraint. */
  readonly magnitude: number;
  /** Photon error: Σ m(M − I)²/(I+1) / N of each view. */
  readonly photon: number;
  /** Exit error: Σ_k mean|Δψ_k|² of each view, means over the pixels of the waves. */
  readonly exit: number;
  /** Σ m|√M − √I|; divided by `amplitude` it is the R-factor. */
  readonly residual: number;
  /** Σ m√I */
  readonly amplitude: number;
}

export interface PieStep {
  /**
   * The object takes objectStep·P*Δψ / ((1−objectBlend)·Σ|P|² + objectBlend·max Σ|P|²) of each view, and nothing where that
   * denominator is 0. EPIE: α and 1, RPIE: 1 and α. Σ runs over layers.
   */
  readonly objectStep: number;
  readonly objectBlend: number;
  /** The probe likewise, with |O|². */
  readonly probeStep: number;
  readonly probeBlend: number;
  readonly updateProbe: boolean;
  /** The O of the probe's update is the one just updated (EPIE, as in ptypy); else both updates start from that of ψ (RPIE). */
  readonly probeFollowsObject: boolean;
  /** The max of |O|² is that of the whole object instead of that of the view. */
  readonly objectNormIsGlobal: boolean;
  /** Order in which the views of the block are visited. */
  readonly order: readonly number[];
}

export interface LeastSquaresOptions {
  readonly model: 'euclid' | 'poisson';
}

export type NoiseModel = 'gaussian' | 'poisson' | 'euclid';

export interface LikelihoodOptions {
  readonly model: NoiseModel;
  /** M of each view is multiplied by Σ wMI/Σ wM². */
  readonly floatingIntensities: boolean;
}

export interface LikelihoodSums extends ErrorSums {
  /** Loss, not yet divided by the number of measured points. */
  readonly loss: number;
}

/** A number or a few that become known when the queued work is done; awaiting it is a `read`. */
export type Queued<T> = Promise<T>;

/** How a Gaussian filter is computed. */
export type SmoothMethod = 'convolution' | 'fft';

/** Coefficients of B₀ + B₁t + B₂t², the parabola of a loss along a direction. */
export type Parabola = readonly [number, number, number];

/** What an engine needs from hardware. See the head of `compute/backend.ts` for shapes and rules. */
export interface Backend {
  readonly name: string;
  readonly precision: 'single' | 'double';

  // Arrays
  /** Zeroed. */
  allocate(shape: readonly number[], kind: 'complex' | 'real'): DeviceArray;
  /** Real sources fill complex targets with a zero imaginary part. */
  upload(target: DeviceArray, source: NdArray): void;
  /** A copy: complex64 or complex128, float32 or float64, by the backend's precision. */
  read(array: DeviceArray): Promise<NdArray<'complex64' | 'complex128' | 'float32' | 'float64'>>;
  free(array: DeviceArray): void;

  // Element-wise, over whole arrays of equal shape
  fill(array: DeviceArray, value: number): void;
  copy(target: DeviceArray, source: DeviceArray): void;
  /** target = scale·target + factor·source */
  combine(target: DeviceArray, scale: number, factor: number, source: DeviceArray): void;
  /** target *= factor, a real array of the target's last axes. */
  multiply(target: DeviceArray, factor: DeviceArray): void;
  /** Amplitude of `target` kept within [low, high], phase kept (0 is taken as phase 0). */
  clipAmplitude(target: DeviceArray, low: number, high: number): void;
  /** target = (weight·target + numerator)/(weight + denominator); `denominator` is real. 0/0 keeps the target. */
  quotient(target: DeviceArray, numerator: DeviceArray, denominator: DeviceArray, weight: number): void;
  /** Moves what is at (r, c) of the last two axes to (r + rows, c + cols), around the edges. */
  roll(target: DeviceArray, rows: number, cols: number): void;
  /**
   * Gaussian filter of standard deviation `sigma` pixels along the last two axes, mirrored at the edges, cut at 4σ. Methods
   * (default `convolution`) differ in time, not in what comes out.
   */
  smooth(target: DeviceArray, sigma: number, method?: SmoothMethod): void;
  /** target = 1/√(target + offset), a real array. */
  inverseRoot(target: DeviceArray, offset: number): void;
  /**
   * Regulariser R(O) = amplitude·(Σ of the squared forward and of the squared backward differences along rows and columns).
   * gradient += ∂R/∂O*; returns R.
   */
  del2Gradient(object: DeviceArray, amplitude: number, gradient: DeviceArray): Queued<number>;
  /** R(O + t·direction). */
  del2LineSearch(object: DeviceArray, amplitude: number, direction: DeviceArray): Queued<Parabola>;

  // Numbers of arrays: what would else be read as a whole
  /** Re Σ a*·b of each pair of arrays of equal shape and kind. */
  dots(pairs: readonly (readonly [a: DeviceArray, b: DeviceArray])[]): Queued<readonly number[]>;
  /** The largest value of a real array. */
  largest(array: DeviceArray): Queued<number>;
  /** Centre of Σ|a|², the sum over all but the last two axes, in pixels of these. NaN where the array is 0 everywhere. */
  centerOfMass(array: DeviceArray): Queued<readonly [row: number, col: number]>;

  // Blocks
  createBlock(input: BlockInput): Block;
  freeBlock(block: Block): void;
  /** New corners (object grown, positions refined): (n, 2) int32. */
  setCorners(block: Block, corners: NdArray<'int32'>): void;
  power(block: Block): Queued<BlockPower>;
  /** Measured frames and weights of the listed views, in that order. */
  readFrames(block: Block, views: readonly number[]): Promise<BlockFrames>;

  // Projection engines (DM, RAAR): these keep exit waves between iterations
  /** ψ = P·O. Takes the memory of the exit waves unless there already. */
  initializeExit(block: Block, probe: DeviceArray, object: DeviceArray): void;
  /** Gives the memory of the exit waves back, and that of χ of `leastSquaresChange`. */
  freeExit(block: Block): void;
  /** `roll` of all exit waves. */
  rollExit(block: Block, rows: number, cols: number): void;
  /** Exit waves of `count` views from `first` on, times `exitPhase`: (count, modes, rows, cols) complex, in the sample plane. */
  readExit(block: Block, first: number, count: number): Promise<NdArray<'complex64' | 'complex128'>>;
  /** Puts exit waves in, as `readExit` gives them, with the same bits. Takes the memory of the exit waves unless there already. */
  writeExit(block: Block, first: number, waves: NdArray): void;
  /**
   * One projection step of every view (spec of g and ρ: Thibault et al. 2009; Giewekemeyer et al., PNAS 107, 529, 2010):
   * A = √Σ|f_k|², g = (1−m) + m(√I + ρ(A−√I))/(A + 1e-10), ρ = √(p/err) with the view's magnitude error err > p; where
   * err ≤ p the transform back is skipped: ψ += (a + b·c)(PO − ψ).
   */
  project(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    step: ProjectionStep,
    options: ProjectionOptions,
  ): Queued<ErrorSums>;
  /** numerator += Σ P*ψ at the views' windows; denominator (real) += Σ |P|². Shapes of the object. */
  accumulateObject(block: Block, probe: DeviceArray, numerator: DeviceArray, denominator: DeviceArray): void;
  /** numerator += Σ O*ψ; denominator (real) += Σ |O|². Shapes of the probe. */
  accumulateProbe(block: Block, object: DeviceArray, numerator: DeviceArray, denominator: DeviceArray): void;

  // Ptychographic iterative engines (EPIE, RPIE)
  /**
   * View by view, ψ = PO, Δψ = ψ'−ψ with ψ' the projection with a = 0, b = c = 1, p = 0: O += step·P*Δψ/denominator and
   * P += step·O*Δψ/denominator (see `PieStep`). The exit error is Σ_k mean|Δψ_k|².
   */
  pieSweep(block: Block, probe: DeviceArray, object: DeviceArray, step: PieStep): Queued<ErrorSums>;

  // Iterative least squares (LSQML)
  /**
   * For each listed view χ_k = F⁻¹((g−1)·f_k), kept on the backend until the next call or `freeExit`; adds Σ O*χ, Σ|O|² to
   * the probe's and Σ P*χ, Σ|P|² to the object's numerator and denominator (real). Errors are those of the model before the
   * step; exit: Σ_k mean|χ_k|².
   * euclid: g = √I/(A + 1e-10), A = √M. poisson: g = 1 − αξ, ξ = 1 − I/(M + 1e-6), with α of each view after three of
   * Newton's steps from 0 to its smallest loss, α += Σ mξ(qM − I/q) / Σ mξ²(M + I/q²), q = 1 − αξ, each kept within 0…1
   * (terms without I where I = 0; none where the divisor is 0). Both: g = 1 where masked.
   */
  leastSquaresChange(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    views: readonly number[],
    options: LeastSquaresOptions,
    probeSums: { readonly numerator: DeviceArray; readonly denominator: DeviceArray },
    objectSums: { readonly numerator: DeviceArray; readonly denominator: DeviceArray },
  ): Queued<ErrorSums>;
  /**
   * For each view of the last `leastSquaresChange` of this block, in its order: [Σ|ΔP·O|², Σ|ΔO·P|², Re Σ(ΔP·O)*(ΔO·P),
   * Re Σ(ΔP·O)*χ, Re Σ(ΔO·P)*χ], sums over pixels and modes: (views, 5) numbers.
   */
  leastSquaresSteps(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    probeDirection: DeviceArray,
    objectDirection: DeviceArray,
  ): Promise<Float64Array>;

  // Maximum likelihood
  /**
   * Adds 2P_k* F⁻¹(x·f_k) at the views' windows to `objectGradient` and 2O_k* F⁻¹(x·f_k) to `probeGradient`:
   * gaussian w = m/(1+I), x = w(M−I), loss Σ w(M−I)²; poisson M + 1e-6, x = m(1−I/M), loss Σ m(M − I log M + log I!);
   * euclid A = √M + 1e-6, x = m(1−√I/A), loss Σ m(A−√I)². Statistical weights multiply m in x and loss.
   * The exit error is NaN; magnitude, photon error and residual are those of M, scaled where intensities float.
   */
  gradient(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    options: LikelihoodOptions,
    probeGradient: DeviceArray,
    objectGradient: DeviceArray,
  ): Queued<LikelihoodSums>;
  /** Parabola of that loss at (P, O) + t·(directions), not divided by the number of measured points (B₀ is left out: 0). */
  lineSearch(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    options: LikelihoodOptions,
    probeDirection: DeviceArray,
    objectDirection: DeviceArray,
  ): Queued<Parabola>;

  /** probeLight (real) += Σ|O_k|² of the views' windows, objectLight (real) += Σ|P_k|² there. Shapes of probe and object. */
  addLight(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    probeLight: DeviceArray,
    objectLight: DeviceArray,
  ): void;

  /** coverage (real) += the number of views over each pixel, in every layer. Shape of an object that holds all views. */
  addCoverage(block: Block, coverage: DeviceArray): void;

  // Forward model
  /** M of the listed views, of all by default, in measured pixels: real (views, rows, cols). */
  modelIntensities(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    views?: readonly number[],
  ): Promise<NdArray<'float32' | 'float64'>>;
  /** Errors of the model as it is; the magnitude error is that of f = F(PO), the exit error NaN. */
  residual(block: Block, probe: DeviceArray, object: DeviceArray): Queued<ErrorSums>;
  /**
   * What the views would have for an error at other corners ((n, 2) int32, all inside the object), one number a view:
   * 'magnitude' Σ m(√M − √I)²/Σ m, or 'photon' Σ m(M − I)²/(I+1)/N. Changes nothing.
   */
  viewErrors(
    block: Block,
    probe: DeviceArray,
    object: DeviceArray,
    corners: NdArray<'int32'>,
    metric: 'magnitude' | 'photon',
  ): Promise<Float64Array>;

  /** Gives all memory back, that of arrays and blocks too. Every later call but this one throws `DataError` or rejects with it. */
  dispose(): void;
}
