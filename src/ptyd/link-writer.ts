/**
 * A file per chunk, linked from the main file. When the number of frames is known all links are there from the first
 * chunk on, dangling until the chunk file appears; otherwise the main file is replaced for each new chunk.
 */
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { int, stampFile } from '../hdf5/encoding.ts';
import { replaceFile } from '../hdf5/replace.ts';
import type { Meta } from '../scan/package.ts';
import { moveAside, movePtydAside } from './backup.ts';
import { contentOf, writeContent } from './chunk-content.ts';
import { chunkSuffix, encodeMeta, INFO, META, type StoredChunk } from './format.ts';
import { writeMain, type MainContent } from './main-file.ts';
import type { PtydWriter, PtydWriterOptions } from './writer.ts';

export class LinkWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  readonly #sync: boolean;
  #meta: Meta | undefined;
  #linked = 0;
  #written = 0;
  #frames = 0;

  /** With `sync` a chunk is on the disk when it is written, not only with the operating system. */
  constructor(options: PtydWriterOptions, sync = true) {
    this.#options = options;
    this.#sync = sync;
  }

  async create(): Promise<void> {
    await movePtydAside(this.#options.file);
    await this.#writeMain(0);
  }

  async writeChunk(chunk: StoredChunk, meta: Meta, content = contentOf(chunk)): Promise<void> {
    const part = this.#partFile(chunk.num);
    if (this.#meta === undefined) {
      this.#meta = meta;
      const expected = Math.max(1, Math.ceil((meta.num_frames ?? 0) / chunk.indices.length));
      // What bears the name of a chunk file already is not of this scan: it must not be found through the links.
      for (let num = 0; num < expected; num++) moveAside(this.#partFile(num));
      await this.#writeMain(expected);
    }
    moveAside(part);
    await replaceFile(
      part,
      (h5) => {
        stampFile(h5);
        writeContent(h5, '', content, this.#options.compression);
      },
      { sync: this.#sync },
    );
    this.#written = chunk.num + 1;
    this.#frames += chunk.indices.length;
    if (chunk.num >= this.#linked) await this.#writeMain(this.#written);
  }

  /** Links to chunks that never came go, and the file says how many frames there are. */
  async finish(): Promise<void> {
    const announced = this.#meta?.num_frames ?? null;
    const early = announced !== null && this.#frames < announced;
    if (early && this.#meta !== undefined) this.#meta = { ...this.#meta, num_frames: this.#frames };
    if (early || this.#linked !== this.#written) await this.#writeMain(this.#written);
  }

  abandon(): void {
    // Everything written is visible already.
  }

  /** Removes the chunk files, when their content is in the main file. */
  removeParts(): void {
    for (let num = 0; num < this.#written; num++) rmSync(this.#partFile(num), { force: true });
  }

  #partFile(num: number): string {
    return this.#options.file + chunkSuffix(this.#options.chunkFormat, num);
  }

  async #writeMain(links: number): Promise<void> {
    const entries = Array.from({ length: links }, (_, num): [string, string] => [
      String(num),
      basename(this.#partFile(num)),
    ]);
    await writeMain(this.#options.file, {
      links: new Map(entries),
      rooms: mainRooms(this.#options, this.#meta),
    });
    this.#linked = links;
  }
}

/** `meta` and `info` of a new file. Before `meta` is known it says how many frames will come. */
export function mainRooms(options: PtydWriterOptions, meta: Meta | undefined): MainContent['rooms'] {
  const { info, numFrames } = options;
  const announcement = numFrames === null ? {} : { num_frames: int(numFrames) };
  return { [META]: meta === undefined ? announcement : encodeMeta(meta), [INFO]: info };
}
