/**
 * Writing a `.ptyd`: chunks in the main file (append), a file per chunk (link), or one chunk in the end (merge).
 * Whatever kills the writer, every chunk whose `writeChunk` has returned is readable afterwards.
 */
import { basename } from 'node:path';
import { astype, fromNumbers } from '../array/ndarray.ts';
import { writeChecked } from '../hdf5/checksum.ts';
import { stampFile, writeTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { replaceFile, syncPath } from '../hdf5/replace.ts';
import type { Meta } from '../scan/package.ts';
import { moveAside, movePtydAside } from './backup.ts';
import {
  chunkPath,
  chunkSuffix,
  encodeMeta,
  INFO,
  META,
  type Compression,
  type StoredChunk,
} from './format.ts';
import { writeMain } from './main-file.ts';
import { mergeChunks } from './merge.ts';

export interface PtydWriterOptions {
  readonly file: string;
  readonly save: 'append' | 'link' | 'merge';
  readonly chunkFormat: string;
  readonly compression: Compression;
  /** Every input parameter, already encoded; for documentation in `info/`. */
  readonly info: Readonly<Record<string, unknown>>;
}

export interface PtydWriter {
  /** Moves an existing file aside and creates a new one with empty `chunks`, `meta` and `info`. */
  create(): Promise<void>;
  /** Returns when the chunk is safe on disk. The first chunk brings `meta`. */
  writeChunk(chunk: StoredChunk, meta: Meta): Promise<void>;
  /** The scan is over. */
  finish(): Promise<void>;
}

export function createPtydWriter(options: PtydWriterOptions): PtydWriter {
  return options.save === 'link' ? new LinkWriter(options) : new AppendWriter(options);
}

/** Chunks in the main file, which is closed between chunks. `merge` ends with one chunk. */
class AppendWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  #hasMeta = false;

  constructor(options: PtydWriterOptions) {
    this.#options = options;
  }

  async create(): Promise<void> {
    const { file, info } = this.#options;
    await movePtydAside(file);
    await writeMain(file, { rooms: { [INFO]: info } });
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    const { file, compression } = this.#options;
    const h5 = await openFile(file, 'r+');
    try {
      if (!this.#hasMeta) {
        for (const [key, value] of Object.entries(encodeMeta(meta))) writeTree(h5, `${META}/${key}`, value);
        this.#hasMeta = true;
      }
      h5.createGroup(chunkPath(chunk.num));
      h5.setAttribute(chunkPath(chunk.num), 'type', 'dict');
      writeContent(h5, chunkPath(chunk.num), chunk, compression);
      h5.flush();
    } finally {
      h5.close();
    }
    syncPath(file);
  }

  async finish(): Promise<void> {
    if (this.#options.save === 'merge') await mergeChunks(this.#options.file, this.#options.compression);
  }
}

/**
 * A file per chunk, linked from the main file. When the number of frames is known all links are there from the first
 * chunk on, dangling until the chunk file appears; otherwise the main file is replaced for each new chunk.
 */
class LinkWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  #meta: Meta | undefined;
  #linked = 0;
  #written = 0;

  constructor(options: PtydWriterOptions) {
    this.#options = options;
  }

  async create(): Promise<void> {
    await movePtydAside(this.#options.file);
    await this.#writeMain(0);
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    const { compression } = this.#options;
    const part = this.#partFile(chunk.num);
    if (this.#meta === undefined) {
      this.#meta = meta;
      const expected = Math.ceil((meta.num_frames ?? 0) / chunk.indices.length);
      await this.#writeMain(Math.max(expected, 1));
    }
    moveAside(part);
    await replaceFile(part, (h5) => {
      stampFile(h5);
      writeContent(h5, '', chunk, compression);
    });
    this.#written = chunk.num + 1;
    if (chunk.num >= this.#linked) await this.#writeMain(this.#written);
  }

  async finish(): Promise<void> {
    if (this.#linked !== this.#written) await this.#writeMain(this.#written);
  }

  #partFile(num: number): string {
    return this.#options.file + chunkSuffix(this.#options.chunkFormat, num);
  }

  async #writeMain(links: number): Promise<void> {
    const { file, info } = this.#options;
    const entries = Array.from({ length: links }, (_, num): [string, string] => [
      String(num),
      basename(this.#partFile(num)),
    ]);
    const meta = this.#meta === undefined ? {} : encodeMeta(this.#meta);
    await writeMain(file, { links: new Map(entries), rooms: { [META]: meta, [INFO]: info } });
    this.#linked = links;
  }
}

function writeContent(h5: H5File, group: string, chunk: StoredChunk, compression: Compression): void {
  const entries = {
    indices: astype(fromNumbers('float64', chunk.indices), 'int64'),
    positions: chunk.positions,
    data: chunk.data,
    ...(chunk.weights === undefined ? {} : { weights: chunk.weights }),
  };
  for (const [name, array] of Object.entries(entries)) {
    const path = group === '' ? name : `${group}/${name}`;
    writeChecked(h5, path, array, { compression: array.shape.length === 3 ? compression : 'none' });
    h5.setAttribute(path, 'type', name === 'indices' ? 'arraylist' : 'array');
  }
}
