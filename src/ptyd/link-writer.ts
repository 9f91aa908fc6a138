/**
 * A file per chunk, linked from the main file. When the number of frames is known all links are there from the first
 * chunk on, dangling until the chunk file appears; otherwise the main file is replaced for each new chunk.
 */
import { openFile } from '../hdf5/file.ts';
import { replaceFile } from '../hdf5/replace.ts';
import type { Meta } from '../scan/package.ts';
import { moveAside, movePtydAside } from './backup.ts';
import { contentOf } from './chunk-content.ts';
import type { StoredChunk } from './format.ts';
import { addLink, addMeta, copyRooms, createMain, editMain, setNumFrames } from './main-file.ts';
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

  async create(): Promise<void> {
    await movePtydAside(this.#options.file);
    await createMain(this.#options);
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    if (this.#linked === 0) await this.#linkAhead(meta, chunk.indices.length);
    const part = await writePart(this.#options, chunk.num, contentOf(chunk), this.#options.compression);
    this.#written = chunk.num + 1;
    this.#frames += chunk.indices.length;
    if (chunk.num < this.#linked) return;
    await editMain(this.#options.file, (h5) => {
      addLink(h5, chunk.num, part);
    });
    this.#linked = this.#written;
  }

  /** `meta`, and links to all chunks that are to come if they are like the first. */
  async #linkAhead(meta: Meta, frames: number): Promise<void> {
    this.#announced = meta.num_frames;
    this.#linked = Math.max(1, Math.ceil((meta.num_frames ?? 0) / frames));
    const targets = this.#targets(this.#linked);
    // What bears the name of a chunk file already is not of this scan: it must not be found through the links.
    for (const { file } of targets) moveAside(file);
    await editMain(this.#options.file, (h5) => {
      addMeta(h5, meta);
      targets.forEach((target, num) => {
        addLink(h5, num, target);
      });
    });
  }

  #targets(count: number) {
    return Array.from({ length: count }, (_, num) => partTarget(this.#options, num));
  }

  /** Links to chunks that never came go. They cannot be removed from a file, so it is written anew. */
  async finish(): Promise<void> {
    const early = this.#announced !== null && this.#frames < this.#announced;
    if (!early && this.#linked === this.#written) return;
    const { file } = this.#options;
    const from = await openFile(file, 'r');
    try {
      await replaceFile(file, (to) => {
        copyRooms(from, to);
        if (early) setNumFrames(to, this.#frames);
        this.#targets(this.#written).forEach((target, num) => {
          addLink(to, num, target);
        });
      });
    } finally {
      from.close();
    }
  }
}
