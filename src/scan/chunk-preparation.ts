/**
 * Prepares chunk after chunk with one plan, which the first chunk fixes: all chunks agree in centre and shape.
 */
import { DataError } from '../errors.ts';
import type { NdArray, RealDType } from '../array/ndarray.ts';
import type { Meta } from '../frames/chunk.ts';
import type { Pair } from '../frames/pair.ts';
import type { CorrectedFrames } from '../frames/raw.ts';
import type { Region } from '../frames/region.ts';
import { translateCenter } from '../geometry/centers.ts';
import type { Log } from '../log.ts';
import { checkMask } from './mask-check.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import type { ScanData } from '../params/scan-data.ts';
import { centersOfMass, estimateCenter, type CenterEstimate } from './prepare/center.ts';
import { clipRegion, cropPad } from './prepare/crop.ts';
import { orientationFrom } from './prepare/orient.ts';
import { hotPixels, sumOverRanks, sumPixels } from './prepare/hot-pixels.ts';
import {
  checkCenter,
  planPreparation,
  prepareFrames,
  prepareWeights,
  type PreparePlan,
} from './prepare/prepare.ts';
import { maskOf, onesWeights } from './prepare/weights.ts';
import type { RawScreen, Screening, WeightedFrames } from './screening.ts';

export interface PreparationOptions {
  readonly info: ScanData;
  readonly communicator: Communicator;
  readonly log: Log;
  readonly screening: Screening;
  /** (rows, cols) of whole raw frames. */
  readonly weight: NdArray<RealDType> | undefined;
  /** (rows, cols) of a raw frame, where it is known before the first one. */
  readonly frameShape: Pair | undefined;
}

export class ChunkPreparation {
  /** Automatic centre, when one was determined. */
  estimate: CenterEstimate | undefined;
  readonly #info: ScanData;
  readonly #communicator: Communicator;
  readonly #log: Log;
  readonly #screening: Screening;
  readonly #weight: NdArray<RealDType> | undefined;
  #frameShape: Pair | undefined;
  #plan: PreparePlan | undefined;
  #maskSeen = false;
  #weight2d: NdArray<'bool'> | undefined;

  constructor({ info, communicator, log, screening, weight, frameShape }: PreparationOptions) {
    this.#info = info;
    this.#communicator = communicator;
    this.#log = log;
    this.#screening = screening;
    this.#weight = weight;
    if (frameShape !== undefined) {
      this.#frameShape = frameShape;
      if (!this.#automatic) this.#plan = this.#makePlan(frameShape, this.#givenCenter(frameShape));
    }
  }

  /** The part of the raw frame that will be used, when that is known before frames are loaded. */
  get region(): Region | undefined {
    if (this.#plan?.region === undefined || this.#frameShape === undefined) return undefined;
    return clipRegion(this.#plan.region, this.#frameShape);
  }

  /** Nothing is left for the first chunk to decide but the shape of raw frames. */
  get isFixed(): boolean {
    return !this.#automatic;
  }

  get #automatic(): boolean {
    const { auto_center, center } = this.#info;
    return auto_center === true || (auto_center === null && center === null);
  }

  /**
   * Collective, because the automatic centre is that of all ranks' frames. `screened` is what `Screening.before` gave.
   */
  async prepare(corrected: CorrectedFrames, screened: RawScreen): Promise<WeightedFrames> {
    const { data, weights, shape } = await this.weighted(corrected, screened);
    this.#plan ??= await this.#firstPlan(data, weights, shape);
    const plan = this.#plan;
    if (!this.#maskSeen)
      await checkMask(
        this.#used(weights, corrected, shape, plan),
        data.shape[0],
        this.#communicator,
        this.#log,
      );
    this.#maskSeen = true;
    const preparedData = prepareFrames(data, plan, corrected.region);
    const preparedWeights = prepareWeights(weights, plan, corrected.region);
    if (data.shape[0] > 0) return { data: preparedData, weights: preparedWeights };
    return {
      data: { ...preparedData, shape: [0, ...plan.shape], data: preparedData.data.slice(0, 0) },
      weights: preparedWeights,
    };
  }

  /** Corrected frames with their weights, and the shape of whole raw frames. Collective. */
  async weighted(corrected: CorrectedFrames, screened: RawScreen): Promise<WeightedFrames & { shape: Pair }> {
    const shape = await this.#rawShape(corrected);
    if (shape === undefined) throw new DataError('no frame of this chunk could be loaded');
    return { shape, ...this.#screening.after(corrected, screened, this.#weightsFor(corrected, shape)) };
  }

  /** Geometry of the prepared frames. */
  meta(numFrames: number | null): Meta {
    const info = this.#info;
    const plan = this.#plan;
    if (plan === undefined) throw new DataError('the geometry is known after the first chunk');
    return {
      version: info.version,
      num_frames: numFrames,
      label: info.label,
      experimentID: info.experimentID,
      shape: plan.shape,
      center: plan.center,
      psize: plan.psize,
      distance: info.distance,
      energy: info.energy,
      propagation: info.propagation,
      electron_data: info.electron_data,
      ...(info.positions_unit === 'pixel' ? { positions_unit: info.positions_unit } : {}),
      weight2d: (this.#weight2d ??= this.#commonMask(plan)),
    };
  }

  /** Of the prepared frames. */
  #commonMask(plan: PreparePlan): NdArray<'bool'> {
    const raw = this.#weight;
    const fits = raw?.shape.join() === this.#frameShape?.join();
    return maskOf(raw !== undefined && fits ? prepareWeights(raw, plan, undefined) : onesWeights(plan.shape));
  }

  /** Weights of the pixels that are used, without those that frames are padded with. */
  #used(
    weights: NdArray<RealDType>,
    frames: CorrectedFrames,
    frameShape: Pair,
    { region }: PreparePlan,
  ): NdArray<RealDType> {
    if (frames.region !== undefined || region === undefined) return weights;
    const used = clipRegion(region, frameShape);
    return used === undefined ? weights : cropPad(weights, used);
  }

  /** Raw frame (rows, cols) that the frames are, or are part of; the same on every rank. */
  async #rawShape(frames: CorrectedFrames): Promise<Pair | undefined> {
    if (this.#frameShape === undefined) {
      const here = frames.data.shape[0] > 0 ? frames.data.shape.slice(1) : undefined;
      const shapes = await this.#communicator.allGather(here);
      const found = shapes.find((shape) => shape !== undefined);
      if (found !== undefined) this.#frameShape = [found[0], found[1]];
    }
    const expected = this.#frameShape;
    if (expected === undefined || frames.data.shape[0] === 0) return expected;
    const [rows, cols] = frames.data.shape.slice(1);
    const [wantRows, wantCols] =
      frames.region === undefined ? expected : [frames.region.rows, frames.region.cols];
    if (rows !== wantRows || cols !== wantCols) {
      throw new DataError(
        `frames are ${rows}x${cols} pixels, expected ${wantRows}x${wantCols} as in the frames before`,
      );
    }
    return expected;
  }

  #weightsFor(frames: CorrectedFrames, frameShape: Pair): NdArray<RealDType> {
    const held = frames.region;
    const [rows, cols] = held === undefined ? frameShape : [held.rows, held.cols];
    if (frames.weights !== undefined) {
      const own = frames.weights.shape;
      const fits =
        own.at(-2) === rows && own.at(-1) === cols && (own.length === 2 || own[0] === frames.data.shape[0]);
      if (!fits) {
        throw new DataError(
          `frames are (${frames.data.shape.join(', ')}) but their weights (${own.join(', ')})`,
        );
      }
      return frames.weights;
    }
    if (this.#weight === undefined) return onesWeights([rows, cols]);
    if (this.#weight.shape.join() !== frameShape.join()) {
      throw new DataError(
        `frames are ${frameShape.join('x')} pixels but the weight is ${this.#weight.shape.join('x')}`,
      );
    }
    return held === undefined ? this.#weight : cropPad(this.#weight, held);
  }

  async #firstPlan(
    data: NdArray<RealDType>,
    weights: NdArray<RealDType>,
    frameShape: Pair,
  ): Promise<PreparePlan> {
    if (!this.#automatic) return this.#makePlan(frameShape, this.#givenCenter(frameShape));
    const hot = hotPixels(await sumOverRanks(sumPixels(data, weights, frameShape), this.#communicator));
    const local = centersOfMass(data, weights, hot);
    const centers = (await this.#communicator.allGather(local)).flat();
    this.estimate = estimateCenter(
      centers,
      hot.reduce((sum, h) => sum + h, 0),
    );
    if (this.estimate === undefined) {
      throw new DataError(
        'the centre cannot be found: no frame of the first chunk has valid counts. Give "center"',
      );
    }
    const { center, spread } = this.estimate;
    if (isMaster(this.#communicator)) {
      const show = (pair: Pair): string => `(${pair.map((x) => x.toFixed(2)).join(', ')})`;
      this.#log.info(`centre found at ${show(center)} ± ${show(spread)} pixels in ${centers.length} frames`);
    }
    return this.#makePlan(frameShape, center);
  }

  #givenCenter(frameShape: Pair): Pair {
    const center = this.#info.center ?? 'fftshift';
    // Negative numbers count from the end; taking larger ones modulo the frame as well would hide mistakes.
    if (
      typeof center !== 'string' &&
      center.some((c, axis) => c >= frameShape[axis] || c < -frameShape[axis])
    ) {
      checkCenter(center, frameShape);
    }
    return translateCenter(center, frameShape);
  }

  #makePlan(frameShape: Pair, center: Pair): PreparePlan {
    const info = this.#info;
    return planPreparation({
      frameShape,
      shape: info.shape,
      center,
      psize: info.psize,
      orientation: orientationFrom(info.orientation),
      rebin: info.rebin ?? 1,
      rebinMode: info.rebin_mode,
      forceSquare: info.force_square,
    });
  }
}
