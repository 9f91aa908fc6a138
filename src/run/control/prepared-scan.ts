/** The frames of one scan that have been prepared, as far as this rank has them. */
import { astype, item, ndarray, type NdArray } from '../../array/ndarray.ts';
import { DataError, FileError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { DataPackage } from '../../frames/package.ts';
import { logTo } from '../../log.ts';
import { frameTotals } from '../../model/frame-summary.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';
import type { PreparedFrame } from './snapshot.ts';

export class KeptScan {
  readonly label: string;
  readonly #file: string | undefined;
  #reader: PtydReader | undefined;
  /** Of all ranks. */
  readonly indices: number[] = [];
  readonly positions: number[] = [];
  /** Photons of frames of this rank, by scan point. */
  readonly photons = new Map<number, number>();
  #meta: Meta | undefined;
  #packages: DataPackage[] = [];
  /** How many of the packages are in `photons`. */
  #counted = 0;

  /** `file`: where its frames are saved, so that none but the newest package is kept. */
  constructor(label: string, file: string | undefined) {
    this.label = label;
    this.#file = file;
  }

  /** Of frames that there are. */
  get meta(): Meta | undefined {
    return this.#meta;
  }

  /** `isWatched`: somebody will want to know of all frames. */
  add(data: DataPackage, isWatched: boolean): void {
    this.#meta = data.common;
    this.indices.push(...data.chunk.indices);
    for (const value of data.chunk.positions.data) this.positions.push(value);
    if (this.#file !== undefined) this.release();
    this.#packages.push(data);
    if (isWatched) this.count();
  }

  /** Counts photons of frames that are kept. */
  count(): void {
    for (const data of this.#packages.slice(this.#counted)) {
      const totals = frameTotals(data);
      data.chunk.indicesNode.forEach((index, i) => this.photons.set(index, totals[i]));
    }
    this.#counted = this.#packages.length;
  }

  /** Keeps no frame any more. */
  release(): void {
    this.#packages = [];
    this.#counted = 0;
  }

  /** Of these scan points, as far as this rank keeps them. */
  kept(points: readonly number[]): PreparedFrame[] {
    const wanted = new Set(points);
    return this.#packages.flatMap((data) =>
      data.chunk.indicesNode.flatMap((index, n) => (wanted.has(index) ? [this.#frame(data, index, n)] : [])),
    );
  }

  /** Of these scan points, as far as the file holds them: it may not be readable yet. */
  async saved(points: readonly number[]): Promise<PreparedFrame[]> {
    const frames: PreparedFrame[] = [];
    for (const index of points) {
      const frame = (await this.#savedFrame(index, this.#reader)) ?? (await this.#savedFrame(index));
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** As `reader` finds it; one that is new, where chunks were merged since the last time. */
  async #savedFrame(index: number, reader = this.#newReader()): Promise<PreparedFrame | undefined> {
    if (reader === undefined) return undefined;
    try {
      await reader.refresh();
      const frame = await frameIn(reader, this.label, index);
      const at = 2 * this.indices.indexOf(index);
      return frame.position.every((value, axis) => value === this.positions[at + axis]) ? frame : undefined;
    } catch (error) {
      if (error instanceof FileError || error instanceof DataError) return undefined;
      throw error;
    }
  }

  #newReader(): PtydReader | undefined {
    this.#reader = this.#file === undefined ? undefined : new PtydReader(this.#file, SILENT);
    return this.#reader;
  }

  #frame({ chunk }: DataPackage, index: number, n: number): PreparedFrame {
    const row = chunk.indices.indexOf(index);
    return {
      scan: this.label,
      index,
      position: [chunk.positions.data[2 * row], chunk.positions.data[2 * row + 1]],
      measured: copyOf(item(chunk.data, n)),
      weights: copyOf(chunk.weights.shape.length === 3 ? item(chunk.weights, n) : chunk.weights),
    };
  }
}

const SILENT = logTo(() => undefined);

async function frameIn(reader: PtydReader, scan: string, index: number): Promise<PreparedFrame> {
  const { data, weights, positions } = await reader.readFrames([reader.ordinalOf(index)]);
  const [, rows, cols] = data.shape;
  const ones = (): NdArray<'float32'> =>
    ndarray('float32', [rows, cols], new Float32Array(rows * cols).fill(1));
  const weight = weights === undefined ? reader.commonWeight : item(weights, 0);
  return {
    scan,
    index,
    position: [positions.data[0], positions.data[1]],
    measured: copyOf(item(data, 0)),
    weights: weight === undefined ? ones() : copyOf(weight),
  };
}

/** With memory of its own: it travels without the others. */
function copyOf(plane: Parameters<typeof astype>[0]): NdArray<'float32'> {
  const { shape, data } = astype(plane, 'float32');
  return ndarray('float32', shape, data.slice());
}
