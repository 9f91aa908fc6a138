/**
 * Reading a `.ptyd` of any origin (ptypy, this library, h5py scripts, MATLAB), complete or still growing.
 * Only shapes are looked at when it is opened; frames are read when asked for.
 */
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { astype, hasDType, isNdArray, type NdArray, type RealDType } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { StoredFrames } from '../../frames/stored.ts';
import { DataError, FileError } from '../../errors.ts';
import { readTree } from '../../hdf5/encoding.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { consoleLog, type Log } from '../../log.ts';
import { inspectChunk, type StoredChunkInfo } from '../chunk-info.ts';
import { CHUNKS, chunkPath, META } from '../format.ts';
import { gapsText, metaContent, surplusText, type MetaContent } from './meta-geometry.ts';
import { numberOf, textOf } from './meta-values.ts';
import { readData, readWeights, type FrameRef } from './read-frames.ts';

/** What a reader found, for readers of the same file in other processes: the order of frames depends on when one looked. */
export interface PtydFound {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly pending: readonly string[];
  /** Chunks that were found together, from batch number `from` on. */
  readonly batches: readonly (readonly StoredChunkInfo[])[];
  readonly from: number;
}

/** Chunks come in order, or nearly so where ranks write side by side: after so many that are not there nobody need look for more. */
const MOST_ABSENT = 64;

/**
 * Reads a `.ptyd` of any origin, complete or still growing: `refresh` looks for what is there, `readFrames` reads frames by their number.
 * Throws a `FileError` for what is not one.
 */
export class PtydReader {
  readonly file: string;
  readonly #log: Log;
  /** `meta` without entries that are absent, typed None, or the text `None`. */
  meta: Readonly<Record<string, unknown>> = {};
  /** Chunks that are there, in numerical order. */
  chunks: readonly StoredChunkInfo[] = [];
  /** Names of chunks that are linked but not there yet. */
  pending: readonly string[] = [];
  #batches: (readonly StoredChunkInfo[])[] = [];
  #frames: FrameRef[] = [];
  /** Place of each scan point among the frames. */
  #ordinals = new Map<number, number>();
  #known = new Set<string>();
  /** Of the file when it was looked at. */
  #version: string | undefined;
  /** Files of the next chunks. */
  #awaited: readonly string[] = [];

  /** Opens nothing. `log` hears of what is odd in the file and can be read nevertheless. */
  constructor(file: string, log: Log = consoleLog) {
    this.file = file;
    this.#log = log;
  }

  /** Looks at the file (again): frames that came since are appended to those known. Where nothing has changed that costs little. */
  async refresh(): Promise<void> {
    const version = versionOf(this.file);
    const isSame = version !== undefined && version === this.#version;
    if (isSame && !this.#awaited.some((file) => existsSync(file))) return;
    await this.#read((h5) => {
      this.#readMeta(h5);
      this.#readChunks(h5);
      this.#awaited = this.pending.slice(0, MOST_ABSENT).flatMap((name) => {
        const link = h5.externalLink(chunkPath(name));
        return link === undefined ? [] : [resolve(dirname(this.file), link.file)];
      });
    });
    this.#version = version;
  }

  /** Opens the file for `read`. Its writer may replace it meanwhile and remove chunk files: then it is read again. */
  async #read<T>(read: (h5: H5File) => T): Promise<T> {
    for (;;) {
      const version = versionOf(this.file);
      try {
        const h5 = await openFile(this.file, 'r');
        try {
          return read(h5);
        } finally {
          h5.close();
        }
      } catch (error) {
        if (!(error instanceof FileError) || versionOf(this.file) === version) throw error;
      }
    }
  }

  /** How often chunks were found. */
  get batches(): number {
    return this.#batches.length;
  }

  /** Everything found, or what was found after the first `from` batches. */
  found(from = 0): PtydFound {
    return { meta: this.meta, pending: this.pending, batches: this.#batches.slice(from), from };
  }

  /** Takes over what another reader of the same file found; with `from` 0 what this one found is forgotten. */
  adopt(found: PtydFound): void {
    if (found.from === 0) {
      this.chunks = [];
      this.#batches = [];
      this.#frames = [];
      this.#ordinals = new Map();
      this.#known = new Set();
    }
    this.meta = found.meta;
    this.pending = found.pending;
    for (const batch of found.batches) this.#append(batch);
  }

  /** Frames present now. */
  get frames(): number {
    return this.#frames.length;
  }

  /** Scan-point index of the frame number `ordinal`. */
  indexOf(ordinal: number): number {
    return this.#frame(ordinal).index;
  }

  /** Number of the frame of a scan point. Throws a DataError where there is none. */
  ordinalOf(point: number): number {
    const ordinal = this.#ordinals.get(point);
    if (ordinal === undefined) {
      throw new DataError(`${this.file} holds ${this.frames} frames, none of scan point ${point}`);
    }
    return ordinal;
  }

  /** Frames the whole scan will have; `undefined` when the file does not say. */
  get expected(): number | undefined {
    return numberOf(this.meta.num_frames);
  }

  /** Numbers of chunks below the highest that the file does not name: frames may be lost. */
  get gaps(): readonly number[] {
    const names = new Set([...this.chunks.map(({ name }) => Number(name)), ...this.pending.map(Number)]);
    const highest = Math.max(-1, ...names);
    return Array.from({ length: highest + 1 }, (_, num) => num).filter((num) => !names.has(num));
  }

  /** The geometry that `meta` states, and what is wrong with it. */
  get content(): MetaContent {
    return metaContent(this.meta, this.frameShape);
  }

  /** What a user should know of a file that can be used: one text each, without the file's name. */
  get remarks(): readonly string[] {
    const { content, expected, frames, gaps } = this;
    return [
      ...content.notes,
      ...(gaps.length > 0 ? [gapsText(gaps)] : []),
      ...(expected !== undefined && expected < frames ? [surplusText(expected, frames)] : []),
    ];
  }

  /** What positions count where the file says so: `meta/positions_unit`, or the attribute `units` of the positions. */
  get positionsUnit(): 'm' | 'pixel' | undefined {
    const stated = textOf(this.meta.positions_unit);
    if (stated === 'm' || stated === 'pixel') return stated;
    return this.chunks.at(0)?.inPixels === true ? 'pixel' : undefined;
  }

  /** (rows, cols) of a frame; `undefined` while there is none. */
  get frameShape(): Pair | undefined {
    return this.chunks.at(0)?.frameShape;
  }

  /** `weight2d` of `meta` (rows, cols): the weights of frames that have none of their own. */
  get commonWeight(): NdArray<RealDType> | undefined {
    const { weight2d: weight } = this.meta;
    if (!isNdArray(weight) || weight.shape.length !== 2) return undefined;
    return hasDType(weight, 'bool', 'uint8') ? { ...weight, dtype: 'uint8' } : astype(weight, 'float64');
  }

  #readMeta(h5: H5File): void {
    if (h5.kind(META) !== 'group') return;
    const tree = readTree(h5, META) as Record<string, unknown>;
    this.meta = Object.fromEntries(
      Object.entries(tree).filter(([, value]) => value !== null && value !== undefined && value !== 'None'),
    );
  }

  #readChunks(h5: H5File): void {
    if (h5.kind(CHUNKS) !== 'group') {
      throw new FileError(`${this.file} has no group "${CHUNKS}": not a .ptyd file`, {
        file: this.file,
        entry: CHUNKS,
      });
    }
    const names = h5.keys(CHUNKS);
    const numbered = names.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
    for (const name of names) {
      if (!numbered.includes(name) && !this.#known.has(name)) {
        this.#known.add(name);
        this.#log.warn(`${this.file}: chunks/${name} is not a chunk number; left out`);
      }
    }
    const pending: string[] = [];
    const added: StoredChunkInfo[] = [];
    let absent = 0;
    for (const name of numbered) {
      if (this.#known.has(name)) continue;
      if (absent === MOST_ABSENT || h5.kind(chunkPath(name)) === 'dangling') {
        absent = Math.min(MOST_ABSENT, absent + 1);
        pending.push(name);
        continue;
      }
      absent = 0;
      const chunk = inspectChunk(h5, this.file, name);
      this.#checkAgainst(this.chunks.at(0) ?? added.at(0), chunk);
      added.push(chunk);
    }
    this.pending = pending;
    if (numbered.length === 0 && this.expected === undefined) {
      throw new FileError(`${this.file} has no chunk in "${CHUNKS}"`, { file: this.file, entry: CHUNKS });
    }
    if (added.length > 0 && !this.#append(added)) {
      this.#log.warn(
        `${this.file}: stored frame indices are incomplete or repeat; frames are taken in file order`,
      );
    }
  }

  #checkAgainst(first: StoredChunkInfo | undefined, chunk: StoredChunkInfo): void {
    if (first === undefined) return;
    const [a, b] = [first.frameShape, chunk.frameShape];
    if (a[0] === b[0] && a[1] === b[1]) return;
    throw new FileError(
      `${this.file}: chunk ${chunk.name} has frames of ${b.join('x')} pixels, chunk ${first.name} of ${a.join('x')}`,
      { file: this.file, entry: chunkPath(chunk.name) },
    );
  }

  /**
   * Frames in the order of their stored indices among those added; in file order where indices are absent or repeat. False
   * when there are indices that could not be used.
   */
  #append(added: readonly StoredChunkInfo[]): boolean {
    this.#batches.push(added);
    this.chunks = [...this.chunks, ...added];
    for (const chunk of added) this.#known.add(chunk.name);
    const inFileOrder = added.flatMap((chunk) =>
      Array.from({ length: chunk.frames }, (_, offset) => ({ chunk, offset })),
    );
    const stored = inFileOrder.map(({ chunk, offset }) => chunk.indices?.[offset]);
    const distinct = new Set(stored);
    const usable =
      distinct.size === stored.length &&
      stored.every((i) => i !== undefined && Number.isSafeInteger(i) && i >= 0 && !this.#ordinals.has(i));
    // Behind all that were handed out already, so that no index stands for two frames.
    const next = usable
      ? 0
      : [...this.#ordinals.keys()].reduce((most, index) => Math.max(most, index + 1), 0);
    const frames = inFileOrder.map((ref, i) => ({
      ...ref,
      index: (usable ? stored[i] : undefined) ?? next + i,
    }));
    if (usable) frames.sort((a, b) => a.index - b.index);
    frames.forEach(({ index }, i) => this.#ordinals.set(index, this.#frames.length + i));
    this.#frames = [...this.#frames, ...frames];
    return usable || stored.every((index) => index === undefined);
  }

  /** Positions of the frames present, (n, 2) m. */
  async readPositions(): Promise<NdArray<'float64'>> {
    return this.#read((h5) => this.#positionsAt(h5, this.#frames));
  }

  #positionsAt(h5: H5File, refs: readonly FrameRef[]): NdArray<'float64'> {
    const out = new Float64Array(refs.length * 2);
    const cache = new Map<string, Float64Array>();
    refs.forEach(({ chunk, offset }, i) => {
      let positions = cache.get(chunk.name);
      if (positions === undefined) {
        positions = astype(h5.read(`${chunkPath(chunk.name)}/positions`), 'float64').data;
        cache.set(chunk.name, positions);
      }
      out[2 * i] = positions[2 * offset];
      out[2 * i + 1] = positions[2 * offset + 1];
    });
    return { dtype: 'float64', shape: [refs.length, 2], data: out };
  }

  /** Frames by ordinal (0 … frames−1). Only what is asked for is read. */
  async readFrames(ordinals: readonly number[]): Promise<StoredFrames> {
    const refs = ordinals.map((ordinal) => this.#frame(ordinal));
    return this.#read((h5) => ({
      data: readData(h5, refs),
      weights: readWeights(h5, refs, this.commonWeight),
      positions: this.#positionsAt(h5, refs),
      indices: refs.map((ref) => ref.index),
    }));
  }

  #frame(ordinal: number): FrameRef {
    const ref = this.#frames.at(ordinal);
    if (ref === undefined || ordinal < 0) {
      throw new DataError(`${this.file} holds ${this.frames} frames, there is no frame ${ordinal}`);
    }
    return ref;
  }
}

/** Changes when the file is replaced. Undefined when there is none. */
function versionOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeMs}`;
}
