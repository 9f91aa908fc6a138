/**
 * Chunks in the main file. HDF5 cannot add one to a file in a single step: in between a reader finds the file damaged, and
 * a kill leaves it so. While the scan runs the main file therefore only links to the chunks. Where their number and sizes
 * are known beforehand they fill up a reserved file, which takes the place of the main file when the scan is over;
 * chunks that do not fit in there get files of their own, and all are gathered in the end.
 */
import { rmSync } from 'node:fs';
import { publishFile } from '../hdf5/replace.ts';
import { DataError } from '../errors.ts';
import type { Meta } from '../scan/package.ts';
import { contentOf } from './chunk-content.ts';
import { requireChunkFormat, type StoredChunk } from './format.ts';
import { gatherChunks } from './gather.ts';
import { addLink, addMeta, createMain, editMain, type ChunkTarget } from './main-file.ts';
import { mergeChunks } from './merge.ts';
import { partTarget, writePart } from './part-file.ts';
import { ReservedFile, reservedName } from './reserved-file.ts';
import { readStoredScan, requireSameMeta, storedFrames, type StoredScan } from './stored-scan.ts';
import type { PtydWriter, PtydWriterOptions } from './writer.ts';

export class AppendWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  readonly #chunks = new Map<number, ChunkTarget>();
  #announced: number | null = null;
  #reserved: ReservedFile | undefined;
  #frames = 0;
  /** Frames are in the main file itself. */
  #isFinished = false;
  /** The geometry must be that of the chunks before. */
  #resumed = false;

  /** Touches no file. Throws a ConfigError for a wrong `chunkFormat`. */
  constructor(options: PtydWriterOptions) {
    requireChunkFormat(options.chunkFormat);
    this.#options = options;
  }

  create(): Promise<void> {
    return createMain(this.#options);
  }

  /** Chunks that are still to come get files of their own. */
  async resume(): Promise<StoredScan | undefined> {
    const { file } = this.#options;
    const stored = await readStoredScan(file);
    if (stored === undefined) return undefined;
    stored.targets.forEach((target, num) => {
      if (target === undefined) this.#isFinished = true;
      else this.#chunks.set(num, target);
    });
    this.#announced = stored.numFrames;
    this.#frames = storedFrames(stored);
    this.#resumed = this.#chunks.size > 0;
    // What was written and never linked to is not known to anybody.
    const reserved = reservedName(file);
    const used = [...this.#chunks.values()].some((target) => target.file === reserved);
    const next = partTarget(this.#options, stored.chunks.length).file;
    for (const unknown of used ? [next] : [next, reserved]) rmSync(unknown, { force: true });
    return stored;
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    if (this.#isFinished) {
      const { file } = this.#options;
      throw new DataError(
        `${file} was finished with ${this.#frames} frames: no more can be appended. Save to another file, or with save: link`,
      );
    }
    if (this.#resumed) await requireSameMeta(this.#options.file, meta);
    this.#resumed = false;
    const content = contentOf(chunk);
    const first = this.#chunks.size === 0;
    if (first) {
      this.#announced = meta.num_frames;
      // The only chunk of a scan is merged already.
      if (this.#options.save === 'append' || chunk.indices.length === meta.num_frames) {
        this.#reserved = await ReservedFile.create(this.#options, meta, content);
      }
    }
    const reserved = this.#reserved?.fits(chunk.num, content) === true ? this.#reserved : undefined;
    // What will be read only until the scan is over need not be small.
    const target =
      (await reserved?.write(chunk.num, content)) ??
      (await writePart(this.#options, chunk.num, content, 'none'));
    this.#chunks.set(chunk.num, target);
    this.#frames += chunk.indices.length;
    await editMain(this.#options.file, (h5) => {
      if (first) addMeta(h5, meta);
      addLink(h5, chunk.num, target);
    });
  }

  async finish(): Promise<void> {
    if (this.#chunks.size === 0) return;
    const { file, save, compression } = this.#options;
    const reserved = this.#reserved;
    const others = new Set([...this.#chunks.values()].map((target) => target.file));
    if (reserved?.isFull === true && others.size === 1) {
      publishFile(reserved.file, file);
    } else {
      const gather = save === 'merge' && this.#chunks.size > 1 ? mergeChunks : gatherChunks;
      await gather(file, compression, this.#announced === this.#frames ? undefined : this.#frames);
      if (reserved !== undefined) others.add(reserved.file);
    }
    for (const other of others) rmSync(other, { force: true });
  }
}
