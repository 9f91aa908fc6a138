/** Frames from a prepared file: as it is (`source: file` or none), or prepared anew (`source: PATH`). */
import { resolve } from 'node:path';
import { astype, hasDType, isNdArray, toNumbers, type NdArray, type RealDType } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import { param } from '../params/declare.ts';
import { extend } from '../params/declare.ts';
import { SCAN_DATA, type ScanData } from '../params/scan-data.ts';
import { nullable, path } from '../params/types.ts';
import { PtydReader } from '../ptyd/reader.ts';
import type { Common } from '../scan/common.ts';
import type { LoadedFrames } from '../scan/load.ts';
import type { Pair } from '../scan/package.ts';
import { PtyScan, type Availability, type Given, type ScanOptions } from '../scan/pty-scan.ts';

const PARAMETERS = extend(SCAN_DATA, {
  source: param(nullable(path('file')), {
    default: 'file',
    help: '`file` or none: `dfile` is read as it is, preparation parameters are ignored. A path: that file is prepared anew.',
  }),
});

export class PtydScan extends PtyScan {
  static override readonly parameters = PARAMETERS;
  readonly #reader: PtydReader;

  constructor(parameters: Given<ScanData> = {}, options: ScanOptions = {}) {
    super(parameters, options);
    const { source, dfile, save } = this.info;
    const asItIs = source === null || source === 'file';
    const file = asItIs ? dfile : source;
    if (file === null) {
      throw new ConfigError([
        { path: 'dfile', message: 'PtydScan needs the file to read: give its path as dfile, or as source' },
      ]);
    }
    if (!asItIs && save !== null && dfile !== null && resolve(file) === resolve(dfile)) {
      throw new ConfigError([
        { path: 'dfile', message: `${dfile} is the source itself; save to another file` },
      ]);
    }
    if (asItIs) this.useAsItIs();
    this.#reader = new PtydReader(file);
  }

  /** Geometry of the file, where the user gave none; the frames are as large as they are. */
  protected override async loadCommon(): Promise<Common> {
    await this.#reader.refresh();
    const { meta, frameShape } = this.#reader;
    const common: Common = {
      energy: number(meta['energy']),
      distance: number(meta['distance']),
      psize: pair(meta['psize']),
      center: typeof meta['center'] === 'string' ? meta['center'] : pair(meta['center']),
      propagation: text(meta['propagation']),
      label: text(meta['label']),
      experimentID: text(meta['experimentID']),
      electron_data: meta['electron_data'] === true || meta['electron_data'] === 1 ? true : undefined,
      frameShape,
      shape: frameShape ?? pair(meta['shape']),
    };
    return common;
  }

  protected override async loadWeight(): Promise<NdArray<RealDType> | undefined> {
    await this.#reader.refresh();
    const weight = this.#reader.meta['weight2d'];
    if (!isNdArray(weight) || weight.shape.length !== 2) return undefined;
    return hasDType(weight, 'bool', 'uint8') ? { ...weight, dtype: 'uint8' } : astype(weight, 'float64');
  }

  protected override async postInitialize(): Promise<void> {
    if (this.#reader.frames === 0) await this.#reader.refresh();
    this.numFrames = Math.min(this.#reader.expected ?? this.#reader.frames, this.info.num_frames ?? Infinity);
  }

  /** Frames that are there. While `meta/num_frames` says that more will come, the end is not reached. */
  protected override async check(frames: number, start: number): Promise<Availability> {
    const reader = this.#reader;
    const limit = this.info.num_frames ?? Infinity;
    if (start + frames > reader.frames) await reader.refresh();
    const accessible = Math.max(0, Math.min(frames, Math.min(reader.frames, limit) - start));
    const total = Math.min(reader.expected ?? reader.frames, limit);
    return { accessible, endOfScan: start + accessible >= total };
  }

  protected override async load(indices: readonly number[]): Promise<LoadedFrames> {
    if (indices.some((index) => index >= this.#reader.frames)) await this.#reader.refresh();
    const { data, weights, positions, indices: stored } = await this.#reader.readFrames(indices);
    return { frames: data, weights, positions, indices: stored };
  }
}

function number(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return isNdArray(value) && value.data.length === 1 ? toNumbers(value)[0] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function pair(value: unknown): Pair | undefined {
  const numbers = isNdArray(value) ? Array.from(toNumbers(value)) : value;
  if (typeof numbers === 'number') return [numbers, numbers];
  if (!Array.isArray(numbers) || !numbers.every((n): n is number => typeof n === 'number')) return undefined;
  if (numbers.length === 1) return [numbers[0], numbers[0]];
  return numbers.length === 2 ? [numbers[0], numbers[1]] : undefined;
}
