/**
 * Prepares chunk after chunk with one plan, which the first chunk fixes: all chunks agree in centre and shape.
 */
import { DataError } from '../errors.ts';
import { isInteger, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { Meta } from '../frames/chunk.ts';
import type { Pair } from '../frames/pair.ts';
import type { RawFrames } from '../frames/raw.ts';
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
import { screen, type ScreenCounts, type ScreenOptions } from './prepare/screen.ts';
import { lostPixels, maskOf, onesWeights, withoutPixels } from './prepare/weights.ts';

export interface PreparedFrames {
  readonly data: NdArray<RealDType>;
  readonly weights: NdArray<RealDType>;
}

/** Raw frames whose values are all finite, and which pixels (n, rows, cols) are bad (1); undefined when none is. */
export interface RawScreen {
  readonly raw: RawFrames;
  readonly bad: NdArray<'uint8'> | undefined;
}

export class ChunkPreparation {
  /** Automatic centre, when one was determined. */
  estimate: CenterEstimate | undefined;
  readonly #info: ScanData;
  readonly #communicator: Communicator;
  readonly #log: Log;
  readonly #weight: NdArray<RealDType> | undefined;
  #frameShape: Pair | undefined;
  #plan: PreparePlan | undefined;
  #maskSeen = false;
  #weight2d: NdArray<'bool'> | undefined;
  #screened: ScreenCounts = { notFinite: 0, negative: 0, saturated: 0, hot: 0 };

  /** `weight` (rows, cols) is that of whole raw frames. */
  constructor(
    info: ScanData,
    communicator: Communicator,
    log: Log,
    weight: NdArray<RealDType> | undefined,
    frameShape: Pair | undefined,
  ) {
    this.#info = info;
    this.#communicator = communicator;
    this.#log = log;
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

  get screened(): ScreenCounts {
    return this.#screened;
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
   * Finds pixels whose counts are bad as they come from the detector: corrections may hide that. Collective, because hot
   * pixels are those of all ranks' frames.
   */
  async screenRaw(raw: RawFrames): Promise<RawScreen> {
    const { saturation, hot_pixels } = this.#info;
    const hotPixels = hot_pixels ? await this.#hotPixels(raw) : undefined;
    const [frames, rows, cols] = raw.data.shape;
    if (frames === 0) return { raw, bad: undefined };
    const weights = this.#rawWeights(raw) ?? onesWeights([rows, cols]);
    const screened = this.#screen(raw.data, weights, { saturation, hotPixels: hotPixels ?? false });
    const bad = screened.weights === weights ? undefined : lostPixels(weights, screened.weights);
    return { raw: screened.data === raw.data ? raw : { ...raw, data: screened.data }, bad };
  }

  /**
   * Collective, because the automatic centre is that of all ranks' frames. `screened` is what `screenRaw` gave before
   * corrections.
   */
  async prepare(raw: RawFrames, screened: RawScreen): Promise<PreparedFrames> {
    const shape = await this.#rawShape(raw);
    if (shape === undefined) throw new DataError('no frame of this chunk could be loaded');
    const { data, weights } = this.#screenAgain(raw, screened, this.#weightsFor(raw, shape));
    this.#plan ??= await this.#firstPlan(data, weights, shape);
    const plan = this.#plan;
    if (!this.#maskSeen)
      await checkMask(this.#used(weights, raw, shape, plan), data.shape[0], this.#communicator, this.#log);
    this.#maskSeen = true;
    const preparedData = prepareFrames(data, plan, raw.region);
    const preparedWeights = prepareWeights(weights, plan, raw.region);
    if (data.shape[0] > 0) return { data: preparedData, weights: preparedWeights };
    return {
      data: { ...preparedData, shape: [0, ...plan.shape], data: preparedData.data.slice(0, 0) },
      weights: preparedWeights,
    };
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

  /** One line on what was masked on all ranks, if anything was. Collective. */
  async reportScreened(): Promise<void> {
    const all = await this.#communicator.gather(this.#screened);
    if (all === undefined) return;
    const total = (name: keyof ScreenCounts): number => all.reduce((sum, counts) => sum + counts[name], 0);
    const [notFinite, negative, saturated] = [total('notFinite'), total('negative'), total('saturated')];
    const hot = Math.max(...all.map((counts) => counts.hot));
    const parts = [
      [notFinite, 'not finite'],
      [negative, 'negative'],
      [saturated, 'saturated or marked as bad'],
      [hot, 'hot (in all frames)'],
    ] as const;
    const found = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
    if (found.length > 0) this.#log.warn(`bad pixels were masked: ${found.join(', ')}`);
  }

  /** Weights of the pixels that are used, without those that frames are padded with. */
  #used(
    weights: NdArray<RealDType>,
    raw: RawFrames,
    frameShape: Pair,
    { region }: PreparePlan,
  ): NdArray<RealDType> {
    if (raw.region !== undefined || region === undefined) return weights;
    const used = clipRegion(region, frameShape);
    return used === undefined ? weights : cropPad(weights, used);
  }

  /** Raw frame (rows, cols) that the frames are, or are part of; the same on every rank. */
  async #rawShape(raw: RawFrames): Promise<Pair | undefined> {
    if (this.#frameShape === undefined) {
      const here = raw.data.shape[0] > 0 ? raw.data.shape.slice(1) : undefined;
      const shapes = await this.#communicator.allGather(here);
      const found = shapes.find((shape) => shape !== undefined);
      if (found !== undefined) this.#frameShape = [found[0], found[1]];
    }
    const expected = this.#frameShape;
    if (expected === undefined || raw.data.shape[0] === 0) return expected;
    const [rows, cols] = raw.data.shape.slice(1);
    const [wantRows, wantCols] = raw.region === undefined ? expected : [raw.region.rows, raw.region.cols];
    if (rows !== wantRows || cols !== wantCols) {
      throw new DataError(
        `frames are ${rows}x${cols} pixels, expected ${wantRows}x${wantCols} as in the frames before`,
      );
    }
    return expected;
  }

  #weightsFor(raw: RawFrames, frameShape: Pair): NdArray<RealDType> {
    const held = raw.region;
    const [rows, cols] = held === undefined ? frameShape : [held.rows, held.cols];
    if (raw.weights !== undefined) {
      const own = raw.weights.shape;
      const fits =
        own.at(-2) === rows && own.at(-1) === cols && (own.length === 2 || own[0] === raw.data.shape[0]);
      if (!fits) {
        throw new DataError(
          `frames are (${raw.data.shape.join(', ')}) but their weights (${own.join(', ')})`,
        );
      }
      return raw.weights;
    }
    if (this.#weight === undefined) return onesWeights([rows, cols]);
    if (this.#weight.shape.join() !== frameShape.join()) {
      throw new DataError(
        `frames are ${frameShape.join('x')} pixels but the weight is ${this.#weight.shape.join('x')}`,
      );
    }
    return held === undefined ? this.#weight : cropPad(this.#weight, held);
  }

  /** Hot pixels of raw frames; undefined when no rank has a frame. */
  async #hotPixels(raw: RawFrames): Promise<Uint8Array | undefined> {
    const [frames, rows, cols] = raw.data.shape;
    const shapes = await this.#communicator.allGather<Pair | undefined>(
      frames > 0 ? [rows, cols] : undefined,
    );
    const held = shapes.find((shape) => shape !== undefined);
    if (held === undefined) return undefined;
    const weights = this.#rawWeights(raw) ?? onesWeights(held);
    return hotPixels(await sumOverRanks(sumPixels(raw.data, weights, held), this.#communicator));
  }

  /** Weights of raw frames where they fit; what does not fit is refused when the frames are prepared. */
  #rawWeights(raw: RawFrames): NdArray<RealDType> | undefined {
    const [frames, rows, cols] = raw.data.shape;
    const common = this.#weight;
    const cropped = common === undefined || raw.region === undefined ? common : cropPad(common, raw.region);
    return [raw.weights ?? cropped].find(
      (w) =>
        w?.shape.at(-2) === rows &&
        w.shape.at(-1) === cols &&
        (w.shape.length === 2 || w.shape[0] === frames),
    );
  }

  /** What corrections bring about: division by a pixel without response, say. Frames of another shape start anew. */
  #screenAgain(raw: RawFrames, { raw: before, bad }: RawScreen, weights: NdArray<RealDType>): PreparedFrames {
    const { data } = raw;
    if (data.shape.join() !== before.data.shape.join()) {
      return this.#screen(data, weights, this.#screenOptions);
    }
    const marked = withoutPixels(weights, bad);
    if (data === before.data && isInteger(data.dtype)) return { data, weights: marked };
    return this.#screen(data, marked, { saturation: Infinity, hotPixels: false });
  }

  get #screenOptions(): ScreenOptions {
    return { saturation: this.#info.saturation, hotPixels: this.#info.hot_pixels };
  }

  #screen(data: NdArray<RealDType>, weights: NdArray<RealDType>, options: ScreenOptions): PreparedFrames {
    const result = screen(data, weights, options);
    const before = this.#screened;
    this.#screened = {
      notFinite: before.notFinite + result.counts.notFinite,
      negative: before.negative + result.counts.negative,
      saturated: before.saturated + result.counts.saturated,
      hot: Math.max(before.hot, result.counts.hot),
    };
    return result;
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
