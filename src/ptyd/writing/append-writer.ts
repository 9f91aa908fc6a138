/**
 * Chunks in the main file. HDF5 cannot add one to a file in a single step: in between a reader finds the file damaged, and
 * a kill leaves it so. While the scan runs the main file therefore only links to the chunks. Where their number and sizes
 * are known beforehand they fill up a reserved file, which takes the place of the main file when the scan is over;
 * chunks that do not fit in there get files of their own, and all are gathered in the end.
 */
import { basename, dirname, resolve } from 'node:path';
import { publishFile } from '../../files/replace.ts';
import { DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { StoredChunk } from '../../frames/stored.ts';
import { removeOwn } from './backup.ts';
import { contentOf, type StoredArray } from './chunk-content.ts';
import { requireChunkFormat } from '../format.ts';
import { gatherChunks } from './gather.ts';
import { addLink, beginMain, editMain, openMain } from './main-file.ts';
import type { LinkTarget } from './contract.ts';
import { mergeChunks } from './merge.ts';
import { isOwnSuffix } from '../own-names.ts';
import { partTarget, stagePart, writePart } from './part-file.ts';
import { ReservedFile } from './reserved-file.ts';
import { reservedName } from './reserved-name.ts';
import { readStoredScan, requireSameMeta, storedFrames } from '../reading/stored-scan.ts';
import type { StoredScan } from './contract.ts';
import type { PtydWriter, PtydWriterOptions } from './contract.ts';

export class AppendWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  readonly #chunks = new Map<number, LinkTarget>();
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

  open(): Promise<void> {
    return openMain(this.#options);
  }

  /** Chunks that are still to come get files of their own. */
  async resume(): Promise<StoredScan | undefined> {
    const { file } = this.#options;
    const stored = await readStoredScan(this.#options);
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
    for (const unknown of used ? [next] : [next, reserved]) await removeOwn(unknown);
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
    this.#frames += chunk.indices.length;
    if (this.#chunks.size === 0) {
      await this.#begin(chunk.num, content, meta);
      return;
    }
    const reserved = this.#reserved?.fits(chunk.num, content) === true ? this.#reserved : undefined;
    // What will be read only until the scan is over need not be small.
    const target =
      (await reserved?.write(chunk.num, content)) ??
      (await writePart(this.#options, chunk.num, content, 'none'));
    this.#chunks.set(chunk.num, target);
    await editMain(this.#options.file, (h5) => {
      addLink(h5, chunk.num, target);
    });
  }

  /** With its first chunk the scan takes the place of what is there. */
  async #begin(num: number, content: readonly StoredArray[], meta: Meta): Promise<void> {
    const options = this.#options;
    this.#announced = meta.num_frames;
    // The only chunk of a scan is merged already.
    const isWhole = options.save === 'append' || content[0].array.shape[0] === meta.num_frames;
    this.#reserved = isWhole ? ReservedFile.plan(options, meta, content) : undefined;
    const reserved = this.#reserved;
    const staged =
      (await reserved?.stage(options, meta, content)) ?? (await stagePart(options, num, content, 'none'));
    const target = reserved?.target(num) ?? partTarget(options, num);
    await beginMain(options, meta, [[num, target]], [staged]);
    this.#chunks.set(num, target);
  }

  async finish(): Promise<void> {
    if (this.#chunks.size === 0) return;
    const { file, save } = this.#options;
    const reserved = this.#reserved;
    const others = new Set([...this.#chunks.values()].map((target) => target.file));
    if (reserved?.isFull === true && others.size === 1) {
      publishFile(reserved.file, file);
    } else {
      const gather = save === 'merge' && this.#chunks.size > 1 ? mergeChunks : gatherChunks;
      await gather(this.#options, this.#announced === this.#frames ? undefined : this.#frames);
      if (reserved !== undefined) others.add(reserved.file);
    }
    // Where a resumed file leads to others, those were not written here.
    const folder = resolve(dirname(file));
    for (const other of others) {
      const suffix = basename(other).slice(basename(file).length);
      const isOwn = resolve(dirname(other)) === folder && basename(other).startsWith(basename(file));
      if (isOwn && isOwnSuffix(this.#options, suffix)) await removeOwn(other);
    }
  }
}
