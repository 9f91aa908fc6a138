/** What a file is, by what is in it, and which command is for it. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { ConfigError, FileError } from '../../errors.ts';
import { openFile } from '../../hdf5/file.ts';

/**
 * `hdf5`: neither prepared frames nor a reconstruction. `misnamed`: neither that nor a configuration, under a name of HDF5 files. `missing`: not there, or not to
 * be opened.
 */
export type FileKind =
  | 'text'
  | 'misnamed'
  | 'python'
  | 'ptyd'
  | 'ptyr'
  | 'hdf5'
  | 'binary'
  | 'folder'
  | 'missing';

const HDF5_SIGNATURE = '\x89HDF\r\n\x1a\n';

/** Signatures stand at 0 or, behind a user block, at 512, 1024, …: so far they are looked for. */
const HEAD_BYTES = 2 ** 16;

export async function fileKind(file: string): Promise<FileKind> {
  const head = headOf(file);
  if (typeof head === 'string') return head;
  for (let at = 0; at < head.length; at = at === 0 ? 512 : 2 * at) {
    if (head.toString('latin1', at, at + 8) === HDF5_SIGNATURE) return hdf5Kind(file);
  }
  const text = head.toString('utf8');
  if (/\.(ptyd|ptyr|h5|hdf5?|nxs|cxi)$/i.test(file) && !isConfiguration(text)) return 'misnamed';
  if (head.includes(0)) return 'binary';
  return /\.py$/i.test(file) || isPython(text) ? 'python' : 'text';
}

function headOf(file: string): Buffer | 'folder' | 'missing' {
  let handle: number;
  try {
    if (statSync(file).isDirectory()) return 'folder';
    handle = openSync(file, 'r');
  } catch {
    return 'missing';
  }
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(handle, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}

/** Every configuration has scans. */
function isConfiguration(text: string): boolean {
  return /^[\s{]*["']?scans["']?\s*:/m.test(text);
}

/** Statements that no configuration has. */
function isPython(text: string): boolean {
  return /^(?:#!.*python|import [\w.]+|from [\w.]+ import |def \w+\(|class \w+[(:])/m.test(text);
}

async function hdf5Kind(file: string): Promise<FileKind> {
  try {
    const h5 = await openFile(file, 'r');
    try {
      const has = (path: string): boolean => h5.kind(path) !== 'missing';
      if (has('content/probe') || has('content/obj')) return 'ptyr';
      if (has('chunks') || (has('meta') && has('info'))) return 'ptyd';
    } finally {
      h5.close();
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    // Damaged: whoever reads it says how.
  }
  if (/\.pty[dr]$/i.test(file)) return /r$/i.test(file) ? 'ptyr' : 'ptyd';
  return 'hdf5';
}

/** Which command is for a file that is no configuration; undefined for one that may be. */
export function adviceFor(file: string, kind: FileKind): string | undefined {
  switch (kind) {
    case 'ptyd':
      return `holds prepared frames: ptyflow reconstruct ${file}`;
    case 'ptyr':
      return `is a reconstruction: ptyflow reconstruct --resume ${file} resumes it, ptyflow info ${file} shows what it holds`;
    case 'python':
      return 'is a Python script: docs/howto/from-ptypy.md explains how its parameters become a configuration (ptyflow convert)';
    case 'hdf5':
      return 'is an HDF5 file, neither .ptyd nor .ptyr: a configuration names it, and ptyflow new config run.yaml writes one to begin with';
    case 'misnamed':
      return 'is not an HDF5 file, despite its name';
    case 'binary':
      return 'holds no text';
    case 'folder':
      return 'is a folder';
    default:
      return undefined;
  }
}

/** Throws a `ConfigError` that says what the file is, and which command is for it, where it cannot be a configuration. */
export async function requireConfigFile(file: string): Promise<void> {
  const advice = adviceFor(file, await fileKind(file));
  if (advice === undefined) return;
  throw new ConfigError([
    { path: '', message: `${file} ${advice}. Expected a configuration, a YAML or JSON file` },
  ]);
}
