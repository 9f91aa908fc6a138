/** Saves the chunks of a scan. All calls are collective. */
import { ConfigError } from '../../errors.ts';
import { LoadBalance } from '../../parallel/balance.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import { isSameFile } from '../../files/identity.ts';
import { contentOf } from '../../ptyd/writing/chunk-content.ts';
import { LinkWriter } from '../../ptyd/writing/link-writer.ts';
import { stagePart } from '../../ptyd/writing/part-file.ts';
import { filesNamedLikeChunks } from '../../ptyd/own-names.ts';
import { holdsSame } from '../../ptyd/reading/stored-info.ts';
import type { StoredScan } from '../../ptyd/reading/stored-scan.ts';
import { createPtydWriter, type PtydWriter, type PtydWriterOptions } from '../../ptyd/writing/writer.ts';
import type { ScanData } from '../../params/scan-data.ts';
import type { Chunk, Meta } from '../package.ts';
import { ownChunk, withStoredChunk } from './stored-chunk.ts';

export interface ChunkSaver {
  /** Makes nothing: throws a `FileError` where a file is in the way that was not written here. */
  open(): Promise<void>;
  /** Instead of `open`: goes on with the file that is there; `undefined` where there is none with chunks. */
  resume(): Promise<StoredScan | undefined>;
  /** Returns on every rank when the chunk is safe. */
  save(chunk: Chunk, meta: Meta): Promise<void>;
  finish(): Promise<void>;
  /** The file that is there is complete and says that it was prepared with the same parameters. */
  holdsSame(): Promise<boolean>;
}

/** Throws a ConfigError for parameters that do not say where or how to save. */
export function checkSaving({ save, dfile, parallel_write }: ScanData): void {
  if (save !== null && dfile === null) {
    throw new ConfigError([{ path: 'dfile', message: `save: ${save} needs a file name in dfile` }]);
  }
  if (parallel_write && save !== null && save !== 'link') {
    const message = `every rank writes its own files with save: link only, not ${save}`;
    throw new ConfigError([{ path: 'parallel_write', message }]);
  }
}

/** Throws a ConfigError where the scan would be saved to one of the files it is read from, by whatever name. */
export function requireNotInput({ dfile, chunk_format }: ScanData, inputs: readonly string[]): void {
  if (dfile === null) return;
  const names = [dfile, ...filesNamedLikeChunks({ file: dfile, chunkFormat: chunk_format })];
  for (const input of inputs) {
    const name = names.find((one) => isSameFile(one, input));
    if (name === undefined) continue;
    const same = name === input ? '' : ` (it is ${input})`;
    const message = `${name} is read by this scan${same}; nothing is saved to it: give another name`;
    throw new ConfigError([{ path: 'dfile', message }]);
  }
}

/** `undefined` where nothing is saved. */
export function saverFor(
  { save, dfile, chunk_format, compression, parallel_write }: ScanData,
  communicator: Communicator,
  about: Pick<PtydWriterOptions, 'irregular' | 'info' | 'log'>,
): ChunkSaver | undefined {
  if (save === null || dfile === null) return undefined;
  const options = {
    ...about,
    file: dfile,
    save,
    chunkFormat: chunk_format,
    compression: compression ?? ('none' as const),
  };
  return parallel_write ? new OwnFileSaver(communicator, options) : new MasterSaver(communicator, options);
}

/** The master writes for all. */
class MasterSaver implements ChunkSaver {
  readonly #communicator: Communicator;
  readonly #options: PtydWriterOptions;
  readonly #writer;

  constructor(communicator: Communicator, options: PtydWriterOptions) {
    this.#communicator = communicator;
    this.#options = options;
    this.#writer = createPtydWriter(options);
  }

  open(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.open());
  }

  resume(): Promise<StoredScan | undefined> {
    return resumeOnMaster(this.#communicator, this.#writer);
  }

  async save(chunk: Chunk, meta: Meta): Promise<void> {
    await withStoredChunk(chunk, this.#communicator, (stored) => this.#writer.writeChunk(stored, meta));
    await this.#communicator.barrier();
  }

  finish(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.finish());
  }

  holdsSame(): Promise<boolean> {
    return sameOnMaster(this.#communicator, this.#options);
  }
}

/** Each rank writes its frames to a file of its own; to readers that is a chunk. The master links them. */
class OwnFileSaver implements ChunkSaver {
  readonly #communicator: Communicator;
  readonly #options: PtydWriterOptions;
  readonly #writer: LinkWriter;
  /** Files written so far, of all ranks. */
  #files = 0;

  constructor(communicator: Communicator, options: PtydWriterOptions) {
    this.#communicator = communicator;
    this.#options = options;
    this.#writer = new LinkWriter(options);
  }

  open(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.open());
  }

  async resume(): Promise<StoredScan | undefined> {
    const stored = await resumeOnMaster(this.#communicator, this.#writer);
    this.#files = stored?.chunks.length ?? 0;
    return stored;
  }

  async save(chunk: Chunk, meta: Meta): Promise<void> {
    const communicator = this.#communicator;
    const { rank } = communicator;
    const counts = await communicator.allGather(chunk.indicesNode.length);
    const filesOf = (all: readonly number[]): number => all.filter((count) => count > 0).length;
    const num = this.#files + filesOf(counts.slice(0, rank));
    const { compression } = this.#options;
    const part =
      counts[rank] === 0
        ? undefined
        : await stagePart(this.#options, num, contentOf(ownChunk(chunk, num)), compression);
    const parts = await communicator.gather(part);
    const expected = this.#files > 0 ? 0 : this.#expected(chunk.indices.length, meta);
    this.#files += filesOf(counts);
    await onMaster(communicator, async () => {
      const staged = (parts ?? []).filter((one) => one !== undefined);
      await this.#writer.publish(staged, meta, expected);
      await this.#writer.written(this.#files, chunk.indices.length);
    });
  }

  finish(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.finish());
  }

  holdsSame(): Promise<boolean> {
    return sameOnMaster(this.#communicator, this.#options);
  }

  /** Files of the whole scan if all chunks are like the first. */
  #expected(frames: number, { num_frames: total }: Meta): number {
    const balance = new LoadBalance(this.#communicator.size);
    let files = 0;
    for (let left = total ?? 0; left > 0; left -= frames) {
      files += balance.assign(Math.min(frames, left)).filter((count) => count > 0).length;
    }
    return files;
  }
}

async function resumeOnMaster(
  communicator: Communicator,
  writer: PtydWriter,
): Promise<StoredScan | undefined> {
  return communicator.broadcast(isMaster(communicator) ? await writer.resume() : undefined);
}

async function sameOnMaster(communicator: Communicator, { file, info }: PtydWriterOptions): Promise<boolean> {
  return communicator.broadcast(isMaster(communicator) && (await holdsSame(file, info)));
}

/** The master does it, and all go on when it is done. */
async function onMaster(communicator: Communicator, act: () => Promise<void>): Promise<void> {
  if (isMaster(communicator)) await act();
  await communicator.barrier();
}
