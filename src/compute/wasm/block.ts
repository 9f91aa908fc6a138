/** Views of the wasm backend: magnitudes √I and weights in the order the kernels read them, corners, exit waves. */
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { samplePhase } from '../../geometry/propagation.ts';
import type { Block, BlockFrames, BlockInput, BlockPower } from '../backend.ts';
import { checkCorners, checkInput, checkViews } from '../shared/checks.ts';
import { logFactorial } from '../shared/log-factorial.ts';
import { ViewStore } from './frames.ts';
import type { Kernels } from './kernels.ts';
import { PANEL, type WaveTransform } from './transform.ts';

export class WasmBlock implements Block {
  readonly kernels: Kernels;
  readonly transform: WaveTransform;
  readonly views: number;
  readonly frameShape: Pair;
  readonly modes: readonly (readonly [number, number])[];
  /** Pixels of a wave along a side of a measured pixel. */
  readonly binning: number;
  /** Frames lie row by row, not panel by panel. */
  readonly byRows: boolean;
  /** √I, −1 where masked. */
  readonly frames: ViewStore;
  /** Statistical weights of each view, or one frame for all; undefined where all valid pixels weigh 1. */
  readonly weights: ViewStore | undefined;
  readonly weightsAreShared: boolean;
  /** Σ m of each view. */
  readonly measured: Float64Array;
  readonly power: BlockPower;
  /** (views, 2) first row and column in the object. */
  corners: Int32Array;
  exits: ViewStore | undefined;
  readonly #spare: number;
  /** Where each measured pixel is among the numbers of a frame. */
  readonly #places: Int32Array;
  #changes: { readonly views: readonly number[]; readonly waves: ViewStore } | undefined;
  #poissonConstant: number | undefined;

  constructor(kernels: Kernels, transform: WaveTransform, input: BlockInput, spare: number) {
    checkInput(input);
    const [views, rows, columns] = input.intensities.shape;
    this.kernels = kernels;
    this.transform = transform;
    this.views = views;
    this.frameShape = [transform.rows, transform.columns];
    this.modes = input.modes.map(([probe, object]) => [probe, object]);
    this.binning = transform.rows / rows;
    this.byRows = transform.near || this.binning > 1;
    this.#spare = spare;
    this.#places = this.byRows ? placesByRows(rows, columns) : placesByPanels(rows, columns);
    this.corners = Int32Array.from(input.corners.data);
    this.measured = new Float64Array(views);

    const bytes = 4 * frameLength(transform, this.binning, this.byRows);
    this.frames = new ViewStore(kernels, views, bytes, spare);
    this.weightsAreShared = input.weights.shape.length === 2;
    this.weights = hasWeights(input)
      ? new ViewStore(kernels, this.weightsAreShared ? 1 : views, bytes, spare)
      : undefined;
    this.power = this.#readFrames(input);
  }

  /** (views, modes) exit waves, taken now unless there already. */
  takeExits(): ViewStore {
    const { transform, modes, views } = this;
    return (this.exits ??= new ViewStore(
      this.kernels,
      views,
      modes.length * transform.waveBytes,
      this.#spare,
    ));
  }

  /** That of the sample plane, which the kernels fold into exit waves; none in the near field. */
  get exitPhase(): NdArray<'complex64'> | undefined {
    const { near, geometry } = this.transform;
    if (near) return undefined;
    return ndarray('complex64', this.frameShape, Float32Array.from(samplePhase(geometry)));
  }

  requireExits(): ViewStore {
    if (this.exits === undefined) throw new DataError('block has no exit waves: call initializeExit first');
    return this.exits;
  }

  freeExits(): void {
    this.exits?.free();
    this.exits = undefined;
    this.#changes?.waves.free();
    this.#changes = undefined;
  }

  /** Memory for a wave of each mode of these views, in their order; what was there is lost. */
  takeChanges(views: readonly number[]): ViewStore {
    const bytes = this.modes.length * this.transform.waveBytes;
    if (this.#changes?.views.length !== views.length) {
      this.#changes?.waves.free();
      this.#changes = undefined;
    }
    const waves = this.#changes?.waves ?? new ViewStore(this.kernels, views.length, bytes, this.#spare);
    this.#changes = { views: [...views], waves };
    return waves;
  }

  requireChanges(): { readonly views: readonly number[]; readonly waves: ViewStore } {
    if (this.#changes === undefined)
      throw new DataError('block has no changes: call leastSquaresChange first');
    return this.#changes;
  }

  free(): void {
    this.freeExits();
    this.frames.free();
    this.weights?.free();
  }

  /** Numbers of a frame in the order of the kernels as they were measured. */
  inOrder(values: Float32Array): Float32Array {
    return Float32Array.from(this.#places, (place) => values[place]);
  }

  /** (views, rows, cols) of measured pixels, one frame of each view, in their order. */
  frameStack(views: readonly number[], frame: (view: number) => Float32Array): NdArray<'float32'> {
    const pixels = this.#places.length;
    const all = new Float32Array(views.length * pixels);
    views.forEach((view, row) => {
      all.set(frame(view), row * pixels);
    });
    const [rows, columns] = this.frameShape.map((n) => n / this.binning);
    return ndarray('float32', [views.length, rows, columns], all);
  }

  readFrames(views: readonly number[]): BlockFrames {
    checkViews(this, views);
    const magnitudes = (view: number): Float32Array => this.inOrder(this.frames.view(view));
    return {
      intensities: this.frameStack(views, (view) => magnitudes(view).map((x) => Math.max(0, x) ** 2)),
      weights: this.frameStack(views, (view) => {
        const weights = this.weights?.view(this.weightsAreShared ? 0 : view);
        return weights === undefined ? magnitudes(view).map((x) => (x < 0 ? 0 : 1)) : this.inOrder(weights);
      }),
    };
  }

  /** Σ over valid pixels, weighted, of I − I·log I + log I!, the part of the Poisson loss that no model changes. */
  get poissonConstant(): number {
    if (this.#poissonConstant !== undefined) return this.#poissonConstant;
    let sum = 0;
    for (let view = 0; view < this.views; view++) {
      const frame = this.frames.view(view);
      const weight = this.weights?.view(this.weightsAreShared ? 0 : view);
      for (const place of this.#places) {
        if (!(frame[place] > 0)) continue;
        const measured = frame[place] ** 2;
        const constant = measured - measured * Math.log(measured) + logFactorial(measured);
        sum += (weight?.[place] ?? 1) * constant;
      }
    }
    this.#poissonConstant = sum;
    return sum;
  }

  #readFrames({ intensities, weights, weightUnit = 1 }: BlockInput): BlockPower {
    const places = this.#places;
    const pixels = places.length;
    let total = 0;
    let largest = 0;
    let measuredPoints = 0;
    for (let view = 0; view < this.views; view++) {
      const frame = this.frames.view(view);
      const start = view * pixels;
      const weightStart = this.weightsAreShared ? 0 : start;
      let power = 0;
      let valid = 0;
      frame.fill(-1);
      for (let i = 0; i < pixels; i++) {
        if (!(weights.data[weightStart + i] > 0)) continue;
        // Valid pixels below 0 (dark subtracted) count as 0.
        const value = intensities.data[start + i];
        const counted = value > 0 ? value : 0;
        frame[places[i]] = Math.sqrt(counted);
        power += counted;
        valid++;
      }
      this.measured[view] = valid;
      total += power;
      largest = Math.max(largest, power);
      measuredPoints += valid;
    }
    const count = this.weights === undefined ? 0 : this.weightsAreShared ? 1 : this.views;
    for (let view = 0; view < count; view++) {
      const numbers = this.weights?.view(view);
      if (numbers === undefined) continue;
      for (let i = 0; i < pixels; i++) {
        const weight = weights.data[view * pixels + i];
        numbers[places[i]] = weight > 0 ? weight / weightUnit : 0;
      }
    }
    return { total, largest, measured: measuredPoints };
  }
}

/** The block as one of these kernels. Throws `DataError` for blocks of other backends and of one that was disposed. */
export function ownBlock(kernels: Kernels, block: Block): WasmBlock {
  kernels.requireRunning();
  if (block instanceof WasmBlock && block.kernels === kernels) return block;
  throw new DataError('block does not belong to this wasm backend');
}

export function setCorners(block: WasmBlock, corners: Parameters<typeof checkCorners>[0]): void {
  checkCorners(corners, block.views);
  block.corners = Int32Array.from(corners.data);
}

/** Whether valid pixels weigh differently. */
function hasWeights({ weights, weightUnit = 1 }: BlockInput): boolean {
  if (weights.dtype !== 'float32' && weights.dtype !== 'float64') return false;
  return (weights.data as Float32Array | Float64Array).some((weight) => weight > 0 && weight !== weightUnit);
}

function frameLength({ rows, columns, blocks }: WaveTransform, binning: number, byRows: boolean): number {
  if (!byRows) return 4 * rows * blocks;
  return 4 * (rows / binning) * Math.ceil(columns / binning / 4);
}

function placesByRows(rows: number, columns: number): Int32Array {
  const stride = 4 * Math.ceil(columns / 4);
  const places = new Int32Array(rows * columns);
  for (let i = 0; i < places.length; i++) places[i] = Math.floor(i / columns) * stride + (i % columns);
  return places;
}

function placesByPanels(rows: number, columns: number): Int32Array {
  const lanes = 4 * Math.ceil(columns / 4);
  const full = 4 * PANEL;
  const places = new Int32Array(rows * columns);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      const panel = Math.floor(column / full);
      const width = Math.min(full, lanes - panel * full);
      places[i] = panel * full * rows + row * width + (column % full);
    }
  }
  return places;
}
