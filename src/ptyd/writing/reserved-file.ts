/**
 * The file that will hold all chunks of a scan, with room for each of them from the start. After it is made its structure
 * never changes: a chunk only fills its room. So other processes may read the chunks that are there, through links,
 * while others are being written; and each frame is written once.
 */
import { rmSync } from 'node:fs';
import type { DType } from '../../array/ndarray.ts';
import type { Meta } from '../../frames/chunk.ts';
import { allocateChecked, fillingWriter } from '../../hdf5/checksum.ts';
import { openFile } from '../../hdf5/file.ts';
import { syncPath } from '../../files/replace.ts';
import { stageFile } from '../../hdf5/staged.ts';
import { pour, type StoredArray } from './chunk-content.ts';
import type { StagedFile } from '../../files/staged.ts';
import { chunkPath, typeOfEntry } from '../format.ts';
import { writeHead } from './main-file.ts';
import type { LinkTarget } from './contract.ts';
import { reservedName } from './reserved-name.ts';
import type { PtydWriterOptions } from './contract.ts';

/** A dataset of every chunk: all the same but for their number of frames. */
interface Room {
  readonly name: string;
  readonly dtype: DType;
  /** Shape of what belongs to one frame. */
  readonly item: readonly number[];
}

/** Making room for more takes long. */
const MOST_CHUNKS = 1000;

export class ReservedFile {
  readonly file: string;
  readonly #rooms: readonly Room[];
  /** Frames of each chunk. */
  readonly #sizes: readonly number[];
  readonly #filled = new Set<number>();

  private constructor(file: string, rooms: readonly Room[], sizes: readonly number[]) {
    this.file = file;
    this.#rooms = rooms;
    this.#sizes = sizes;
  }

  /**
   * For a scan whose chunks are all like the first one, the last with what is left. `undefined` where that cannot be known: the
   * number of frames is not, or how large chunks are, or how much room compressed frames take.
   */
  static plan(
    options: PtydWriterOptions,
    meta: Meta,
    first: readonly StoredArray[],
  ): ReservedFile | undefined {
    const total = meta.num_frames;
    if (total === null || options.compression !== 'none' || options.irregular === true) return undefined;
    const [frames] = first[0].array.shape;
    if (total < frames || total / frames > MOST_CHUNKS) return undefined;
    const sizes = Array.from({ length: Math.ceil(total / frames) }, (_, num) =>
      Math.min(frames, total - num * frames),
    );
    return new ReservedFile(reservedName(options.file), first.map(roomOf), sizes);
  }

  /** Makes the file, with the first chunk in it, before it has its name. */
  async stage(options: PtydWriterOptions, meta: Meta, first: readonly StoredArray[]): Promise<StagedFile> {
    const file = await stageFile(this.file, (h5) => {
      writeHead(h5, options, meta);
      this.#sizes.forEach((size, num) => {
        h5.createGroup(chunkPath(num));
        h5.setAttribute(chunkPath(num), 'type', 'dict');
        for (const { name, dtype, item } of this.#rooms) {
          const path = `${chunkPath(num)}/${name}`;
          allocateChecked(h5, path, dtype, [size, ...item]);
          h5.setAttribute(path, 'type', typeOfEntry(name));
        }
      });
    });
    try {
      await this.#fill(file.staged, 0, first);
    } catch (error) {
      rmSync(file.staged, { force: true });
      throw error;
    }
    return file;
  }

  /** Whether room was made for just this. */
  fits(num: number, content: readonly StoredArray[]): boolean {
    return (
      num < this.#sizes.length &&
      content.length === this.#rooms.length &&
      content.every(({ name, array }, i) => {
        const { dtype, item } = this.#rooms[i];
        const shape = [this.#sizes[num], ...item];
        return name === this.#rooms[i].name && array.dtype === dtype && array.shape.join() === shape.join();
      })
    );
  }

  /** Returns when the chunk is on the disk. Before that nobody may be led to it. */
  async write(num: number, content: readonly StoredArray[]): Promise<LinkTarget> {
    await this.#fill(this.file, num, content);
    return this.target(num);
  }

  target(num: number): LinkTarget {
    return { file: this.file, group: `/${chunkPath(num)}` };
  }

  async #fill(file: string, num: number, content: readonly StoredArray[]): Promise<void> {
    const h5 = await openFile(file, 'r+');
    try {
      for (const { name, array } of content) {
        await pour(array, fillingWriter(h5, `${chunkPath(num)}/${name}`, array.shape));
      }
    } finally {
      h5.close();
    }
    syncPath(file);
    this.#filled.add(num);
  }

  /** Every chunk is there. */
  get isFull(): boolean {
    return this.#filled.size === this.#sizes.length;
  }
}

function roomOf({ name, array }: StoredArray): Room {
  return { name, dtype: array.dtype, item: array.shape.slice(1) };
}
