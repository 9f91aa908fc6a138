/** One open HDF5 file, and the way from a path to the object it names across soft and external links. */
import { FileError, messageOf } from '../errors.ts';
import type { VirtualDataset } from './virtual/virtual-dataset.ts';
import { host } from './host.ts';
import type { Hdf5Library } from './module.ts';
import type { Stored } from './bytes/stored-part.ts';

export type Mode = 'r' | 'r+' | 'w';

const MODES: Readonly<Record<Mode, number>> = { r: 0, 'r+': 1, w: 2 };

/** Reads what a program that writes in SWMR mode (single writer, multiple readers) has flushed so far. */
const SWMR_READ = 0x40;

/** File format versions the library chooses by itself: all that HDF5 1.10 programs can open. */
const DEFAULT_FORMAT = -1;

export type ObjectKind = 'group' | 'dataset' | 'datatype';

/** A file the library has open. Entries are never removed while it is, so what they are is remembered. */
export interface Handle {
  readonly library: Hdf5Library;
  readonly id: bigint;
  /** As given, for messages. */
  readonly file: string;
  readonly absolute: string;
  readonly mode: Mode;
  /** Another program was writing it in SWMR mode when it was opened. */
  readonly isGrowing: boolean;
  /** Who writes it marks that in it (superblock version 3): it can be told whether somebody does. */
  readonly marksWriters: boolean;
  /** Bytes when it was opened. */
  readonly size: number;
  /** Entries by path. In a file made here (`w`) these are all there are. */
  readonly known: Map<string, Link>;
  /** Whether the text in it is known to be sound: what this library wrote itself needs no look. */
  textChecked: boolean;
  /** Datasets whose filters and sources were found to be there. */
  readonly readable: Set<string>;
  /** Which parts of datasets were found to be written. */
  readonly stored: Map<string, Stored>;
  /** Virtual datasets that were looked at. */
  readonly virtual: Map<string, VirtualDataset>;
  /** Addresses of the datasets of bools that were made here. */
  readonly bools: number[];
}

export interface NewFile {
  /** The file will be written in SWMR mode, which needs a newer format: that of HDF5 1.10. */
  readonly swmr?: boolean;
}

export function openHandle(library: Hdf5Library, file: string, mode: Mode, options: NewFile = {}): Handle {
  const absolute = host.resolve(file);
  const format = options.swmr === true ? library.format110 : DEFAULT_FORMAT;
  const open = (access: number): bigint =>
    library.call({ file }, mode === 'w' ? 'cannot create' : 'cannot open', (m) =>
      m.open(absolute, access, false, format, format),
    );
  // Asked before: a file that is damaged is not to be read in SWMR mode, in which the library tries again and again.
  const found = mode === 'w' ? undefined : requireSignature(file, absolute);
  const isGrowing = found?.writing === 'swmr' && mode === 'r';
  const id = open(isGrowing ? SWMR_READ : MODES[mode]);
  const size = library.sizeOf(absolute) ?? 0;
  const known = new Map<string, Link>([['/', { kind: 'group' }]]);
  return {
    ...{ library, id, file, absolute, mode, isGrowing, size, known },
    marksWriters: found?.marksWriters === true,
    textChecked: mode === 'w',
    readable: new Set(),
    stored: new Map(),
    virtual: new Map(),
    bools: [],
  };
}

/** Data behind the end of a file reads as zeros. A file that was cut since it was opened is an error instead. */
export function requireWhole({ library, file, absolute, mode, size }: Handle): void {
  // While we write, the end of the file lags behind the end of its data.
  if (mode !== 'r') return;
  const now = library.sizeOf(absolute) ?? size;
  if (now < size) {
    throw new FileError(`${file}: the file was cut from ${size} to ${now} bytes since it was opened`, {
      file,
    });
  }
}

export const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/** Superblock version 3: signature, version, two sizes, flags. `Open for writing` and `in SWMR mode` are bits 0 and 2. */
const HEADER_BYTES = 12;
const WRITE_FLAG = 0b001;
const SWMR_FLAGS = 0b101;

/** How another program is writing a file, as far as the file tells. */
type Writing = 'swmr' | 'alone' | 'not';

/** Whether the file is just being made, or written by a program that lets nobody read it meanwhile. */
export function isWrittenAlone(absolute: string): boolean {
  try {
    return host.sizeAt(absolute) === 0 || requireSignature(absolute, absolute).writing === 'alone';
  } catch {
    return false;
  }
}

/**
 * HDF5 files begin with the signature, at 0 or, behind a user block, at 512, 1024, 2048, … What follows it tells whether
 * another program is writing the file in SWMR mode (HDF5 File Format Specification 3.0, II.A).
 */
function requireSignature(file: string, absolute: string): { writing: Writing; marksWriters: boolean } {
  const start = Buffer.alloc(HEADER_BYTES);
  let found = false;
  try {
    const descriptor = host.open(absolute);
    try {
      const size = host.sizeOf(descriptor);
      for (let at = 0; !found && at + SIGNATURE.length <= size; at = at === 0 ? 512 : 2 * at) {
        host.read(descriptor, start, at);
        found = start.subarray(0, SIGNATURE.length).equals(SIGNATURE);
      }
    } finally {
      host.close(descriptor);
    }
  } catch (cause) {
    const code = (cause as { readonly code?: string }).code;
    const reason =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder, not an HDF5 file'
          : `cannot be opened: ${messageOf(cause)}`;
    throw new FileError(`${file} ${reason}`, { file }, { cause });
  }
  if (!found)
    throw new FileError(`${file} is not an HDF5 file: it does not hold the HDF5 signature`, { file });
  const marksWriters = start[8] === 3;
  if (!marksWriters || (start[11] & WRITE_FLAG) === 0) return { writing: 'not', marksWriters };
  return { writing: (start[11] & SWMR_FLAGS) === SWMR_FLAGS ? 'swmr' : 'alone', marksWriters };
}

/** Objects in the library's numbering. */
const KINDS: readonly ObjectKind[] = ['group', 'dataset', 'datatype'];

export type Link =
  | { readonly kind: 'missing' }
  | { readonly kind: ObjectKind }
  | { readonly kind: 'soft'; readonly path: string }
  | { readonly kind: 'external'; readonly file: string; readonly path: string };

/**
 * The last component of `path`, not followed; what stands above it must be groups. External and soft links are asked for
 * first, because the library's other questions follow them by themselves, and text read that way is lost.
 */
export function linkAt(handle: Handle, path: string): Link {
  const known = handle.known.get(path);
  if (known !== undefined) return known;
  if (handle.mode === 'w') return { kind: 'missing' };
  const where = { file: handle.file, entry: path };
  const external = handle.library.attempt(where, (m) => m.get_external_link(handle.id, path)).value;
  if (external?.filename !== undefined) {
    return { kind: 'external', file: external.filename, path: external.obj_path ?? '/' };
  }
  const soft = handle.library.attempt(where, (m) => m.get_symbolic_link(handle.id, path)).value;
  if (typeof soft === 'string') return { kind: 'soft', path: soft };
  const kind = objectAt(handle, path);
  if (kind === undefined) return { kind: 'missing' };
  const link = { kind };
  handle.known.set(path, link);
  return link;
}

/** What the library finds at `path`; `undefined` when there is nothing. */
export function objectAt(handle: Handle, path: string): ObjectKind | undefined {
  const where = { file: handle.file, entry: path };
  const type = handle.library.attempt(where, (m) => m.get_type(handle.id, path));
  // Only a damaged entry makes the library complain; one that is not there is an answer.
  if (type.problem !== undefined && type.value !== -1) {
    throw new FileError(`${handle.file}: cannot read '${path}': ${type.problem}`, where);
  }
  return type.value === undefined || type.value < 0 ? undefined : KINDS[type.value];
}

/** Where a path leads. A link whose target is not there is dangling. */
export interface Located {
  readonly handle: Handle;
  readonly path: string;
  readonly kind: ObjectKind | 'missing' | 'dangling';
}

export function split(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** `name` in `group`; names in the root begin with `/`. */
export function joinPath(group: string, name: string): string {
  return group === '/' ? `/${name}` : `${group}/${name}`;
}

/** More links than this on one path go round in circles. */
const MAX_LINKS = 64;

/** Follows `path` from the root of `start`. `openTarget` opens (or finds already open) the file of an external link. */
export function locate(start: Handle, path: string, openTarget: (file: string) => Handle): Located {
  let handle = start;
  let at: string[] = [];
  let pending = split(path).map((name) => ({ name, linked: false }));
  let links = 0;
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
    const here = `/${[...at, next.name].join('/')}`;
    const link = linkAt(handle, here);
    if (link.kind === 'missing') {
      return {
        handle,
        path: [here, ...pending.map(({ name }) => name)].join('/'),
        kind: next.linked ? 'dangling' : 'missing',
      };
    }
    if (link.kind !== 'soft' && link.kind !== 'external') {
      at.push(next.name);
      if (link.kind === 'group' || pending.length === 0) continue;
      // Nothing lies below a dataset; asked for it, the library makes up an answer.
      return {
        handle,
        path: [here, ...pending.map(({ name }) => name)].join('/'),
        kind: pending[0].linked ? 'dangling' : 'missing',
      };
    }
    links += 1;
    if (links > MAX_LINKS) return { handle, path: here, kind: 'dangling' };
    if (link.kind === 'external') {
      const target = targetFile(handle, link.file);
      if (target === undefined) return { handle, path: here, kind: 'dangling' };
      handle = target === handle.absolute ? handle : openTarget(target);
    }
    if (link.kind === 'external' || link.path.startsWith('/')) at = [];
    pending = [...split(link.path).map((name) => ({ name, linked: true })), ...pending];
  }
  const whole = `/${at.join('/')}`;
  const kind = linkAt(handle, whole).kind as ObjectKind;
  return { handle, path: whole, kind };
}

/** The file of an external link or of a virtual dataset's source: beside the file that names it, wherever that was moved to. */
export function targetFile(from: Handle, file: string): string | undefined {
  const folders = [host.folderOf(from.absolute)];
  try {
    folders.push(host.folderOf(host.realName(from.absolute)));
  } catch {
    // The file was renamed or removed while open: its old folder is all there is.
  }
  const candidates = folders.map((folder) => host.resolve(folder, file));
  if (host.isAbsolute(file))
    candidates.push(...folders.map((folder) => host.resolve(folder, host.baseOf(file))));
  return candidates.find((candidate) => host.exists(candidate));
}
