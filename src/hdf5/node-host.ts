/** HDF5 files in Node. */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import type { Hdf5Host } from './hdf5-host.ts';

export const NODE_HOST: Hdf5Host = {
  resolve,
  isAbsolute,
  readFile,
  crc32,
  folderOf: dirname,
  baseOf: (name) => basename(name),
  realName: (name) => realpathSync(name),
  exists: existsSync,
  sizeAt: (name) => statSync(name).size,
  namesIn: (folder) => readdirSync(folder),
  open: (name) => openSync(name, 'r'),
  close: closeSync,
  sizeOf: (file) => fstatSync(file).size,
  read: (file, bytes, position) => readSync(file, bytes, { position }),
  write: (file, bytes, at) => {
    writeSync(file, bytes, 0, bytes.length, at);
  },
  library: async () => WebAssembly.compile(await readFile(new URL('generated/hdf5.wasm', import.meta.url))),
  get plugins() {
    return join(dirname(fileURLToPath(import.meta.resolve('h5wasm-plugins'))), 'plugins');
  },
};
