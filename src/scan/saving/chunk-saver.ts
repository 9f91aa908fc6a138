/** Saves the chunks of a scan. All calls are collective. */
import { ConfigError } from '../../errors.ts';
import type { Chunk, Meta } from '../../frames/chunk.ts';
import { LoadBalance } from '../../parallel/balance.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import { fromMaster } from '../../parallel/from-master.ts';
import { isSameFile } from '../../files/identity.ts';
import { contentOf } from '../../ptyd/writing/chunk-content.ts';
import { LinkWriter } from '../../ptyd/writing/link-writer.ts';
import { stagePart } from '../../ptyd/writing/part-file.ts';
import { filesNamedLikeChunks } from '../../ptyd/own-names.ts';
import { holdsSame } from '../../ptyd/reading/stored-info.ts';
import type { StoredScan } from '../../ptyd/writing/contract.ts';
import { createPtydWriter } from '../../ptyd/writing/writer.ts';
import type { PtydWriterOptions } from '../../ptyd/writing/contract.ts';
import { encodeInfo } from './encode-info.ts';
import type { ChunkSaver, SavedScan } from './files.ts';
import { ownChunk, withStoredChunk } from './stored-chunk.ts';

/** Saves as the parameters say. */
export function saverFor(scan: SavedScan): ChunkSaver {
  const { file, save, parameters, info, positions, follow, communicator, log } = scan;
  const { chunk_format, compression, parallel_write } = info;
  const options = {
    ...{ file, save, log, irregular: follow, chunkFormat: chunk_format },
    compression: compression ?? ('none' as const),
    info: encodeInfo(parameters, info, positions),
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

  refuse(inputs: readonly string[]): void {
    requireNotInput(this.#options, inputs);
  }

  open(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.open());
  }

  resume(): Promise<StoredScan['chunks'] | undefined> {
    return fromMaster(this.#communicator, async () => (await this.#writer.resume())?.chunks);
  }

  async save(chunk: Chunk, meta: Meta): Promise<void> {
    await withStoredChunk(chunk, this.#communicator, (stored) => this.#writer.writeChunk(stored, meta));
    await this.#communicator.barrier();
  }

  finish(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.finish());
  }

  holdsSame(): Promise<boolean> {
    return fromMaster(this.#communicator, () => holdsSame(this.#options.file, this.#options.info));
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

  refuse(inputs: readonly string[]): void {
    requireNotInput(this.#options, inputs);
  }

  open(): Promise<void> {
    return onMaster(this.#communicator, () => this.#writer.open());
  }

  async resume(): Promise<StoredScan['chunks'] | undefined> {
    const chunks = await fromMaster(this.#communicator, async () => (await this.#writer.resume())?.chunks);
    this.#files = chunks?.length ?? 0;
    return chunks;
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
    return fromMaster(this.#communicator, () => holdsSame(this.#options.file, this.#options.info));
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

/** The master does it, and all go on when it is done. */
async function onMaster(communicator: Communicator, act: () => Promise<void>): Promise<void> {
  if (isMaster(communicator)) await act();
  await communicator.barrier();
}

function requireNotInput(saving: PtydWriterOptions, inputs: readonly string[]): void {
  const names = [saving.file, ...filesNamedLikeChunks(saving)];
  for (const input of inputs) {
    const name = names.find((one) => isSameFile(one, input));
    if (name === undefined) continue;
    const same = name === input ? '' : ` (it is ${input})`;
    const message = `${name} is read by this scan${same}; nothing is saved to it: give another name`;
    throw new ConfigError([{ path: 'dfile', message }]);
  }
}
