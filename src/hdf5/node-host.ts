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
import { setFlagsFromString } from 'node:v8';
import { crc32 } from 'node:zlib';
import { mayOpen, within } from './confine.ts';
import type { Hdf5Host } from './hdf5-host.ts';

/**
 * Ten times V8's default, in bytes of code run. By default V8 compiles the loops of the library's start again for speed, which costs
 * 50 of 150 ms of processor time and is never used; what works for longer gets there a few milliseconds later.
 */
const LATE_OPTIMIZATION = '--wasm-tiering-budget=18000000';

export const NODE_HOST: Hdf5Host = {
  resolve,
  isAbsolute,
  crc32,
  folderOf: dirname,
  baseOf: (name) => basename(name),
  realName: (name) => realpathSync(within(name)),
  exists: (name) => mayOpen(name, pluginFolder) && existsSync(name),
  sizeAt: (name) => statSync(within(name)).size,
  namesIn: (folder) => readdirSync(within(folder)),
  readFile: async (name) => readFile(within(name)),
  mayOpen: (name) => mayOpen(name, pluginFolder),
  open: (name) => openSync(within(name), 'r'),
  close: closeSync,
  sizeOf: (file) => fstatSync(file).size,
  read: (file, bytes, position) => readSync(file, bytes, { position }),
  write: (file, bytes, at) => {
    writeSync(file, bytes, 0, bytes.length, at);
  },
  library: async () => {
    setFlagsFromString(LATE_OPTIMIZATION);
    return WebAssembly.compile(await readFile(new URL('generated/hdf5.wasm', import.meta.url)));
  },
  get plugins() {
    return pluginFolder();
  },
};

/** Filters are the program's own. */
function pluginFolder(): string {
  return join(dirname(fileURLToPath(import.meta.resolve('h5wasm-plugins'))), 'plugins');
}
