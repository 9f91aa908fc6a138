/**
 * Writing a `.ptyd`: chunks in the main file (append), a file per chunk (link), or one chunk in the end (merge).
 * Whatever kills the writer, every chunk whose `writeChunk` has returned is readable afterwards.
 */
import { basename } from 'node:path';
import { astype, fromNumbers } from '../array/ndarray.ts';
import { writeChecked } from '../hdf5/checksum.ts';
import { int, stampFile, writeTree } from '../hdf5/encoding.ts';
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
  typeOfEntry,
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
  /** Frames of the whole scan; null when unknown. */
  readonly numFrames: number | null;
  /** Every input parameter, already encoded; for documentation in `info/`. */
  readonly info: Readonly<Record<string, unknown>>;
}

export interface PtydWriter {
  /**
   * Moves an existing file aside and creates a new one without chunks. Of `meta` there is the number of frames, so that a
   * reader knows that they are to come.
   */
  create(): Promise<void>;
  /** Returns when the chunk is safe on disk. The first chunk brings `meta`. */
  writeChunk(chunk: StoredChunk, meta: Meta): Promise<void>;
  /** The scan is over. If it ended with fewer frames than announced, the file says so from now on. */
  finish(): Promise<void>;
}

/** Touches no file. Throws a ConfigError for a wrong `chunkFormat`. */
export function createPtydWriter(options: PtydWriterOptions): PtydWriter {
  chunkSuffix(options.chunkFormat, 0);
  return options.save === 'link' ? new LinkWriter(options) : new AppendWriter(options);
}

/** Chunks in the main file, which is closed between chunks. `merge` ends with one chunk. */
class AppendWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  #announced: number | null;
  #frames = 0;
  #hasMeta = false;

  constructor(options: PtydWriterOptions) {
    this.#options = options;
    this.#announced = options.numFrames;
  }

  async create(): Promise<void> {
    const { file, info, numFrames } = this.#options;
    await movePtydAside(file);
    await writeMain(file, { rooms: { [META]: announce(numFrames), [INFO]: info } });
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    const { file, compression } = this.#options;
    const h5 = await openFile(file, 'r+');
    try {
      if (!this.#hasMeta) {
        for (const [key, value] of Object.entries(encodeMeta(meta))) {
          const path = `${META}/${key}`;
          if (h5.kind(path) === 'missing') writeTree(h5, path, value);
        }
        this.#hasMeta = true;
        this.#announced ??= meta.num_frames;
      }
      h5.createGroup(chunkPath(chunk.num));
      h5.setAttribute(chunkPath(chunk.num), 'type', 'dict');
      writeContent(h5, chunkPath(chunk.num), chunk, compression);
      h5.flush();
    } finally {
      h5.close();
    }
    // Not synced to the disk: what the operating system holds survives any kill of this process, and syncing each chunk
    // would halve the rate.
    this.#frames += chunk.indices.length;
  }

  async finish(): Promise<void> {
    const { file, save, compression } = this.#options;
    if (this.#announced !== null && this.#frames < this.#announced) {
      const h5 = await openFile(file, 'r+');
      try {
        h5.write(`${META}/num_frames`, int(this.#frames));
      } finally {
        h5.close();
      }
      syncPath(file);
    }
    if (save === 'merge') await mergeChunks(file, compression);
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
  #frames = 0;

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
      const expected = Math.max(1, Math.ceil((meta.num_frames ?? 0) / chunk.indices.length));
      // What bears the name of a chunk file already is not of this scan: it must not be found through the links.
      for (let num = 0; num < expected; num++) moveAside(this.#partFile(num));
      await this.#writeMain(expected);
    }
    moveAside(part);
    await replaceFile(part, (h5) => {
      stampFile(h5);
      writeContent(h5, '', chunk, compression);
    });
    this.#written = chunk.num + 1;
    this.#frames += chunk.indices.length;
    if (chunk.num >= this.#linked) await this.#writeMain(this.#written);
  }

  async finish(): Promise<void> {
    const announced = this.#meta?.num_frames ?? null;
    const early = announced !== null && this.#frames < announced;
    if (early && this.#meta !== undefined) this.#meta = { ...this.#meta, num_frames: this.#frames };
    if (early || this.#linked !== this.#written) await this.#writeMain(this.#written);
  }

  #partFile(num: number): string {
    return this.#options.file + chunkSuffix(this.#options.chunkFormat, num);
  }

  async #writeMain(links: number): Promise<void> {
    const { file, info, numFrames } = this.#options;
    const entries = Array.from({ length: links }, (_, num): [string, string] => [
      String(num),
      basename(this.#partFile(num)),
    ]);
    const meta = this.#meta === undefined ? announce(numFrames) : encodeMeta(this.#meta);
    await writeMain(file, { links: new Map(entries), rooms: { [META]: meta, [INFO]: info } });
    this.#linked = links;
  }
}

function announce(numFrames: number | null): Record<string, unknown> {
  return numFrames === null ? {} : { num_frames: int(numFrames) };
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
    h5.setAttribute(path, 'type', typeOfEntry(name));
  }
}
