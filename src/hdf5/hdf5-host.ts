/**
 * What this room needs from the outside: files, names of files, the library. All of it is asked for here, so that another host, as a
 * Worker in a browser, is one file.
 */
/** An open file, in the host's numbering, which the library shares. */
export type Descriptor = number;

/** Where HDF5 files are. Everything is synchronous that the library asks for while it works. */
export interface Hdf5Host {
  // Names
  /** The absolute name of a file, seen from the working folder, or from the folder named first. */
  resolve(...names: readonly string[]): string;
  folderOf(name: string): string;
  /** Without its folder. */
  baseOf(name: string): string;
  isAbsolute(name: string): boolean;
  /** The name behind symbolic links. Throws where there is no such file. */
  realName(name: string): string;

  // Files and folders by name; what cannot be done throws the host's own error, with `code` as in Node
  exists(name: string): boolean;
  /** Bytes. */
  sizeAt(name: string): number;
  namesIn(folder: string): string[];
  readFile(name: string): Promise<Uint8Array>;

  /** Whether the library may open a file, or finds none there. */
  mayOpen(name: string): boolean;

  // Open files
  /** For reading. */
  open(name: string): Descriptor;
  close(file: Descriptor): void;
  /** Bytes. */
  sizeOf(file: Descriptor): number;
  /** Fills `bytes` from byte `at` on; returns how many there were. */
  read(file: Descriptor, bytes: Uint8Array, at: number | bigint): number;
  write(file: Descriptor, bytes: Uint8Array, at: number): void;

  /** CRC-32 of bytes, going on from that of the bytes before. */
  crc32(bytes: Uint8Array, before?: number): number;

  // The library
  /** The WebAssembly of HDF5. */
  library(): Promise<WebAssembly.Module>;
  /** Folder of the filters, as the library sees it. */
  readonly plugins: string;
}
