/** What a scan needs of prepared files. Who saves nothing and reads none needs none of it, as in a browser. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Chunk, Meta } from '../../frames/chunk.ts';
import type { Log } from '../../log.ts';
import type { Communicator } from '../../parallel/communicator.ts';
import type { ParamGroup } from '../../params/declare.ts';
import type { ScanData } from '../../params/scan-data.ts';
import type { PtydReader } from '../../ptyd/reading/reader.ts';
import type { Saving } from './check-saving.ts';

/** Saves the chunks of a scan. All calls are collective but the first. */
export interface ChunkSaver {
  /** Throws a ConfigError where the scan would be saved to one of the files that it reads, by whatever name. On the master. */
  refuse(inputs: readonly string[]): void;
  /** Makes nothing: throws a `FileError` where a file is in the way that was not written here. */
  open(): Promise<void>;
  /** Instead of `open`: goes on with the file that is there. Scan points of its chunks; `undefined` where there is none with chunks. */
  resume(): Promise<readonly (readonly number[])[] | undefined>;
  /** Returns on every rank when the chunk is safe. */
  save(chunk: Chunk, meta: Meta): Promise<void>;
  finish(): Promise<void>;
  /** The file that is there is complete and says that it was prepared with the same parameters. */
  holdsSame(): Promise<boolean>;
}

/** A scan that is saved. */
export interface SavedScan extends Saving {
  /** Declarations of its parameters, and their values. */
  readonly parameters: ParamGroup;
  readonly info: ScanData;
  /** Of the whole scan, (N, 2) m, where they are known before the frames. */
  readonly positions: NdArray<'float64'> | undefined;
  /** It goes on: chunks come in any size. */
  readonly follow: boolean;
  readonly communicator: Communicator;
  readonly log: Log;
}

export interface ScanFiles {
  /** Opens nothing. */
  saver(scan: SavedScan): ChunkSaver;
  /** Opens nothing. `log` hears what is odd in the file. */
  reader(file: string, log: Log): PtydReader;
  /** The array of a file that parameter `at` names: `.npy`, or an entry of an HDF5 file as `FILE:entry`. Rejects with a `FileError`. */
  array(name: string, at: string): Promise<NdArray>;
}
