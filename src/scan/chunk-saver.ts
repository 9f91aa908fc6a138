/** Saves the chunks of a scan. All calls are collective. */
import { ConfigError } from '../errors.ts';
import { LoadBalance } from '../parallel/balance.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import { contentOf } from '../ptyd/chunk-content.ts';
import { LinkWriter } from '../ptyd/link-writer.ts';
import { writePart } from '../ptyd/part-file.ts';
import type { StoredScan } from '../ptyd/stored-scan.ts';
import { createPtydWriter, type PtydWriter, type PtydWriterOptions } from '../ptyd/writer.ts';
import type { ScanData } from '../params/scan-data.ts';
import type { Chunk, Meta } from './package.ts';
import { ownChunk, withStoredChunk } from './stored-chunk.ts';

export interface ChunkSaver {
  /** Moves an existing file aside and creates a new one. */
  create(): Promise<void>;
  /** Instead of `create`: goes on with the file that is there; `undefined` where there is none. */
  resume(): Promise<StoredScan | undefined>;
  /** Returns on every rank when the chunk is safe. */
  save(chunk: Chunk, meta: Meta): Promise<void>;
  finish(): Promise<void>;
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

/** `undefined` where nothing is saved. */
export function saverFor(
  { save, dfile, chunk_format, compression, parallel_write }: ScanData,
  communicator: Communicator,
  about: Pick<PtydWriterOptions, 'numFrames' | 'irregular' | 'info'>,
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
  readonly #writer;

  constructor(communicator: Communicator, options: PtydWriterOptions) {
    this.#communicator = communicator;
    this.#writer = createPtydWriter(options);
  }

  create(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.create());
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
}

/** Each rank writes its frames to a file of its own; to readers that is a chunk. The master links them. */
class OwnFileSaver implements ChunkSaver {
  readonly #communicator: Communicator;
  readonly #options: PtydWriterOptions;
  readonly #writer: LinkWriter;
  /** Files written so far, of all ranks. */
  #files = 0;
  #begun = false;

  constructor(communicator: Communicator, options: PtydWriterOptions) {
    this.#communicator = communicator;
    this.#options = options;
    this.#writer = new LinkWriter(options);
  }

  create(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.create());
  }

  async resume(): Promise<StoredScan | undefined> {
    const stored = await resumeOnMaster(this.#communicator, this.#writer);
    this.#files = stored?.chunks.length ?? 0;
    return stored;
  }

  async save(chunk: Chunk, meta: Meta): Promise<void> {
    const communicator = this.#communicator;
    const { rank } = communicator;
    if (!this.#begun) {
      const expected = this.#expected(chunk.indices.length, meta);
      await onMaster(communicator, () => this.#writer.begin(meta, expected));
      this.#begun = true;
    }
    const counts = await communicator.allGather(chunk.indicesNode.length);
    const filesOf = (all: readonly number[]): number => all.filter((count) => count > 0).length;
    if (counts[rank] > 0) {
      const num = this.#files + filesOf(counts.slice(0, rank));
      await writePart(this.#options, num, contentOf(ownChunk(chunk, num)), this.#options.compression);
    }
    await communicator.barrier();
    this.#files += filesOf(counts);
    await onMaster(communicator, () => this.#writer.written(this.#files, chunk.indices.length));
  }

  finish(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.finish());
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

/** The master does it, and all go on when it is done. */
async function onMaster(communicator: Communicator, act: () => Promise<void>): Promise<void> {
  if (isMaster(communicator)) await act();
  await communicator.barrier();
}
