/** Bad pixels of a scan's frames: found before corrections, which may hide them, and again after; counted over all chunks. */
import { isInteger, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import type { CorrectedFrames, RawFrames } from '../frames/raw.ts';
import type { Log } from '../log.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { ScanData } from '../params/scan-data.ts';
import { cropPad } from './prepare/crop.ts';
import { hotPixels, sumOverRanks, sumPixels } from './prepare/hot-pixels.ts';
import { screen, type ScreenCounts, type ScreenOptions } from './prepare/screen.ts';
import { lostPixels, onesWeights, withoutPixels } from './prepare/weights.ts';

/** Raw frames whose values are all finite, and which pixels (n, rows, cols) are bad (1); undefined when none is. */
export interface RawScreen {
  readonly raw: RawFrames;
  readonly bad: NdArray<'uint8'> | undefined;
}

/** Frames (n, rows, cols) whose bad pixels have weight 0. */
export interface WeightedFrames {
  readonly data: NdArray<RealDType>;
  /** (rows, cols) or (n, rows, cols) */
  readonly weights: NdArray<RealDType>;
}

export class Screening {
  readonly #info: ScanData;
  readonly #communicator: Communicator;
  readonly #log: Log;
  readonly #weight: NdArray<RealDType> | undefined;
  #counts: ScreenCounts = { notFinite: 0, negative: 0, saturated: 0, hot: 0 };

  /** `weight` (rows, cols) is that of whole raw frames. */
  constructor(info: ScanData, communicator: Communicator, log: Log, weight: NdArray<RealDType> | undefined) {
    this.#info = info;
    this.#communicator = communicator;
    this.#log = log;
    this.#weight = weight;
  }

  /** Bad pixels masked so far on this rank. */
  get counts(): ScreenCounts {
    return this.#counts;
  }

  /**
   * Before corrections: finds pixels whose counts are bad as they come from the detector. Collective, because hot pixels are
   * those of all ranks' frames.
   */
  async before(raw: RawFrames): Promise<RawScreen> {
    const { saturation, hot_pixels } = this.#info;
    const hotPixels = hot_pixels ? await this.#hotPixels(raw) : undefined;
    const [frames, rows, cols] = raw.data.shape;
    if (frames === 0) return { raw, bad: undefined };
    const weights = this.#rawWeights(raw) ?? onesWeights([rows, cols]);
    const screened = this.#screen(raw.data, weights, { saturation, hotPixels: hotPixels ?? false });
    const bad = screened.weights === weights ? undefined : lostPixels(weights, screened.weights);
    return { raw: screened.data === raw.data ? raw : { ...raw, data: screened.data }, bad };
  }

  /** After corrections, what these bring about: division by a pixel without response, say. Frames of another shape start anew. */
  after(
    { data }: CorrectedFrames,
    { raw: before, bad }: RawScreen,
    weights: NdArray<RealDType>,
  ): WeightedFrames {
    const { saturation, hot_pixels: hotPixels } = this.#info;
    if (data.shape.join() !== before.data.shape.join()) {
      return this.#screen(data, weights, { saturation, hotPixels });
    }
    const marked = withoutPixels(weights, bad);
    if (data === before.data && isInteger(data.dtype)) return { data, weights: marked };
    return this.#screen(data, marked, { saturation: Infinity, hotPixels: false });
  }

  /** One line on what was masked on all ranks, if anything was. Collective. */
  async report(): Promise<void> {
    const all = await this.#communicator.gather(this.#counts);
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

  #screen(data: NdArray<RealDType>, weights: NdArray<RealDType>, options: ScreenOptions): WeightedFrames {
    const result = screen(data, weights, options);
    const before = this.#counts;
    this.#counts = {
      notFinite: before.notFinite + result.counts.notFinite,
      negative: before.negative + result.counts.negative,
      saturated: before.saturated + result.counts.saturated,
      hot: Math.max(before.hot, result.counts.hot),
    };
    return result;
  }
}
