/**
 * A file per chunk, linked from the main file. When the number of frames is known all links are there from the first
 * chunk on, dangling until the chunk file appears; otherwise the main file is replaced for each new chunk.
 */
import { DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { StoredChunk } from '../../frames/stored.ts';
import type { H5File } from '../../hdf5/file.ts';
import type { StagedFile } from '../../files/staged.ts';
import { contentOf } from './chunk-content.ts';
import { requireChunkFormat } from '../format.ts';
import { addLink, beginMain, editMain, openMain, rewriteMain } from './main-file.ts';
import type { LinkTarget } from './contract.ts';
import { partTarget, publishPart, stagePart } from './part-file.ts';
import { readStoredScan, requireSameMeta, storedFrames } from '../reading/stored-scan.ts';
import type { StoredScan } from './contract.ts';
import type { PtydWriter, PtydWriterOptions } from './contract.ts';

/** Links made at once to chunks that are to come: each is looked for by all readers until it is there. */
const MOST_LINKS = 256;

export class LinkWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  #announced: number | null = null;
  #linked = 0;
  #written = 0;
  #frames = 0;
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

  async resume(): Promise<StoredScan | undefined> {
    const stored = await readStoredScan(this.#options);
    if (stored === undefined) return undefined;
    this.#announced = stored.numFrames;
    this.#linked = stored.linked;
    this.#written = stored.chunks.length;
    this.#frames = storedFrames(stored);
    this.#resumed = stored.linked > 0;
    const isOurs = stored.targets.every(
      (target, num) => target?.file === partTarget(this.#options, num).file,
    );
    if (!isOurs && this.#frames !== this.#announced) {
      throw new DataError(
        `${this.#options.file} holds ${this.#frames} frames saved in another way or with other names of chunk files: it cannot be resumed`,
      );
    }
    return stored;
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    const frames = chunk.indices.length;
    const part = await stagePart(this.#options, chunk.num, contentOf(chunk), this.#options.compression);
    await this.publish([part], meta, Math.ceil((meta.num_frames ?? 0) / frames));
    await this.written(chunk.num + 1, frames);
  }

  /**
   * Chunk files get their names. With the first of them the scan takes the place of what is there: then `expected` says how
   * many are to come, if all are like the first.
   */
  async publish(parts: readonly StagedFile[], meta: Meta, expected: number): Promise<void> {
    if (this.#resumed) await requireSameMeta(this.#options.file, meta);
    this.#resumed = false;
    if (this.#linked > 0) {
      for (const part of parts) await publishPart(part);
      return;
    }
    this.#announced = meta.num_frames;
    this.#linked = Math.min(Math.max(parts.length, expected), MOST_LINKS);
    await beginMain(this.#options, meta, this.#targets(0, this.#linked), parts);
  }

  /** `chunks` chunk files are there by now, with so many frames more. */
  async written(chunks: number, frames: number): Promise<void> {
    this.#written = chunks;
    this.#frames += frames;
    if (chunks <= this.#linked) return;
    // Where the end is known more are to come: the main file is not replaced for each of them.
    const linked = this.#announced === null ? chunks : Math.max(chunks, this.#linked + MOST_LINKS);
    await editMain(this.#options.file, (h5) => {
      for (const [num, target] of this.#targets(this.#linked, linked)) addLink(h5, num, target);
    });
    this.#linked = linked;
  }

  /** Links to chunks that never came go. They cannot be removed from a file, so it is written anew. */
  async finish(): Promise<void> {
    const isKnown = this.#announced === this.#frames;
    if (isKnown && this.#linked === this.#written) return;
    const relink = (h5: H5File): void => {
      for (const [num, target] of this.#targets(0, this.#written)) addLink(h5, num, target);
    };
    await rewriteMain(this.#options, relink, isKnown ? undefined : this.#frames);
  }

  #targets(start: number, stop: number): [number, LinkTarget][] {
    return Array.from({ length: stop - start }, (_, i) => [start + i, partTarget(this.#options, start + i)]);
  }
}
