/**
 * Chunks in the main file. HDF5 cannot add one to a file in a single step: in between a reader finds the file damaged, and
 * a kill leaves it so. While the scan runs the chunks are therefore seen in files of their own, as with links; the main
 * file that will hold them grows beside under a temporary name, and takes its place when the scan is over.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { int } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { syncPath, temporaryName } from '../hdf5/replace.ts';
import type { Meta } from '../scan/package.ts';
import { contentOf, writeContent, type ChunkEntry } from './chunk-content.ts';
import { chunkPath, META, type StoredChunk } from './format.ts';
import { LinkWriter, mainRooms } from './link-writer.ts';
import { fillMain } from './main-file.ts';
import { mergeChunks } from './merge.ts';
import type { PtydWriter, PtydWriterOptions } from './writer.ts';

export class AppendWriter implements PtydWriter {
  readonly #options: PtydWriterOptions;
  readonly #links: LinkWriter;
  readonly #growing: string;
  #announced: number | null = null;
  #frames = 0;
  #started = false;
  #abandoned = false;

  constructor(options: PtydWriterOptions) {
    this.#options = options;
    // What will be read only until the scan is over need not be small.
    this.#links = new LinkWriter({ ...options, compression: 'none' }, false);
    this.#growing = temporaryName(options.file);
  }

  async create(): Promise<void> {
    removeAbandoned(this.#options.file);
    await this.#links.create();
  }

  async writeChunk(chunk: StoredChunk, meta: Meta): Promise<void> {
    // The only chunk of a scan goes straight to its place when the scan is over, which is now.
    const only = !this.#started && chunk.indices.length === meta.num_frames;
    if (this.#abandoned) {
      await this.#links.writeChunk(chunk, meta);
      return;
    }
    const content = contentOf(chunk);
    if (!only) await this.#links.writeChunk(chunk, meta, content);
    const h5 = await openFile(this.#growing, this.#started ? 'r+' : 'w');
    try {
      if (!this.#started) {
        fillMain(h5, { rooms: mainRooms(this.#options, meta) });
        this.#announced = meta.num_frames;
        this.#started = true;
      }
      this.#add(h5, chunk.num, content);
      this.#frames += chunk.indices.length;
    } finally {
      h5.close();
    }
    if (only) await this.#replace();
  }

  #add(h5: H5File, num: number, content: readonly ChunkEntry[]): void {
    const path = chunkPath(num);
    h5.createGroup(path);
    h5.setAttribute(path, 'type', 'dict');
    writeContent(h5, path, content, this.#options.compression);
  }

  async finish(): Promise<void> {
    if (this.#abandoned) await this.#links.finish();
    else if (existsSync(this.#growing)) await this.#replace();
  }

  abandon(): void {
    this.#abandoned = true;
    rmSync(this.#growing, { force: true });
  }

  async #replace(): Promise<void> {
    const { file, save, compression } = this.#options;
    if (this.#announced !== null && this.#frames < this.#announced) {
      const h5 = await openFile(this.#growing, 'r+');
      try {
        h5.write(`${META}/num_frames`, int(this.#frames));
      } finally {
        h5.close();
      }
    }
    if (save === 'merge') await mergeChunks(this.#growing, compression);
    syncPath(this.#growing);
    renameSync(this.#growing, file);
    syncPath(dirname(file));
    this.#links.removeParts();
  }
}

/** What an earlier process was writing for `file` when it was killed. */
function removeAbandoned(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /^(\d+)\.tmp$/.exec(name.slice(basename(file).length + 1))?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
