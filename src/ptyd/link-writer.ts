/**
 * A file per chunk, linked from the main file. When the number of frames is known all links are there from the first
 * chunk on, dangling until the chunk file appears; otherwise the main file is replaced for each new chunk.
 */
import type { Meta } from '../scan/package.ts';
import { moveAside } from './backup.ts';
import { contentOf } from './chunk-content.ts';
import type { StoredChunk } from './format.ts';
import {
  addLink,
  addMeta,
  createMain,
  editMain,
  rewriteMain,
  setNumFrames,
  type ChunkTarget,
} from './main-file.ts';
import { partTarget, writePart } from './part-file.ts';
import type { PtydWriter, PtydWriterOptions } from './writer.ts';

export class LinkWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  #announced: number | null = null;
  #linked = 0;
  #written = 0;
  #frames = 0;

  constructor(options: PtydWriterOptions) {
    this.#options = options;
  }

  create(): Promise<void> {
    return createMain(this.#options);
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    const frames = chunk.indices.length;
    if (this.#linked === 0) await this.begin(meta, Math.ceil((meta.num_frames ?? 0) / frames));
    await writePart(this.#options, chunk.num, contentOf(chunk), this.#options.compression);
    await this.written(chunk.num + 1, frames);
  }

  /** `meta`, and links to the `expected` chunks that are to come, if they are like the first. */
  async begin(meta: Meta, expected: number): Promise<void> {
    this.#announced = meta.num_frames;
    this.#linked = Math.max(1, expected);
    const targets = this.#targets(0, this.#linked);
    // What bears the name of a chunk file already is not of this scan: it must not be found through the links.
    for (const [, { file }] of targets) moveAside(file);
    await editMain(this.#options.file, (h5) => {
      addMeta(h5, meta);
      for (const [num, target] of targets) addLink(h5, num, target);
    });
  }

  /** `chunks` chunk files are there by now, with so many frames more. */
  async written(chunks: number, frames: number): Promise<void> {
    this.#written = chunks;
    this.#frames += frames;
    if (chunks <= this.#linked) return;
    await editMain(this.#options.file, (h5) => {
      for (const [num, target] of this.#targets(this.#linked, chunks)) addLink(h5, num, target);
    });
    this.#linked = chunks;
  }

  /** Links to chunks that never came go. They cannot be removed from a file, so it is written anew. */
  async finish(): Promise<void> {
    const early = this.#announced !== null && this.#frames < this.#announced;
    if (!early && this.#linked === this.#written) return;
    await rewriteMain(this.#options.file, (h5) => {
      if (early) setNumFrames(h5, this.#frames);
      for (const [num, target] of this.#targets(0, this.#written)) addLink(h5, num, target);
    });
  }

  #targets(start: number, stop: number): [number, ChunkTarget][] {
    return Array.from({ length: stop - start }, (_, i) => [start + i, partTarget(this.#options, start + i)]);
  }
}
