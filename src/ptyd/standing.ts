/** What is under a name that a scan is to be saved to: nothing, prepared frames, or something that was not written here. */
import { lstatSync, statSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { FileError, messageOf } from '../errors.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { silentLog } from '../log.ts';
import { CHUNKS, chunkPath, INFO, META } from './format.ts';
import { numberOf } from './reading/meta-values.ts';
import { PtydReader } from './reading/reader.ts';
import { reservedName } from './writing/reserved-name.ts';

/** What kind of file is under a name. */
export type Kind =
  | { readonly kind: 'free' }
  | {
      readonly kind: 'ptyd';
      /** What the names of the files of its chunks, that are named like it, have behind its own. */
      readonly suffixes: readonly string[];
    }
  /** A chunk in a file of its own. */
  | { readonly kind: 'part' }
  /** Nothing that this program writes, or nothing that can be read. */
  | { readonly kind: 'foreign'; readonly what: string };

/** A main file, and how far it came. */
export interface StandingPtyd {
  readonly kind: 'ptyd';
  readonly suffixes: readonly string[];
  /** Frames that can be read. */
  readonly frames: number;
  /** It has frames, and all that it announces. */
  readonly isComplete: boolean;
}

export type Standing = Exclude<Kind, { readonly kind: 'ptyd' }> | StandingPtyd;

/** From the structure alone: no chunk is looked at. */
export function kindAt(file: string): Promise<Kind> {
  return named(file, async () => {
    const h5 = await openFile(file, 'r');
    try {
      if (isPart(h5)) return { kind: 'part' };
      if (!isMain(h5)) return { kind: 'foreign', what: 'an HDF5 file, but not of prepared frames' };
      const links = h5.keys(CHUNKS).map((key) => ownSuffix(file, h5.externalLink(chunkPath(key))));
      return { kind: 'ptyd', suffixes: [...new Set(links.filter((suffix) => suffix !== undefined))] };
    } finally {
      h5.close();
    }
  });
}

/** With the frames of a main file counted. */
export async function standingAt(file: string): Promise<Standing> {
  const there = await kindAt(file);
  if (there.kind !== 'ptyd') return there;
  return named(file, async () => {
    // Frames are counted only.
    const reader = new PtydReader(file, silentLog);
    await reader.refresh();
    const { frames, pending } = reader;
    const announced = numberOf(reader.meta.num_frames) ?? 0;
    return { ...there, frames, isComplete: frames > 0 && pending.length === 0 && frames >= announced };
  });
}

/** Looks at what is a file; what cannot be read is none of ours. */
async function named<T>(
  file: string,
  look: () => Promise<T>,
): Promise<T | Extract<Kind, { readonly kind: 'free' | 'foreign' }>> {
  let target: Stats | undefined;
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return { kind: 'free' };
    target = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    // Below a file, in a circle of links, or where nobody may look.
    return { kind: 'foreign', what: `not to be reached (${messageOf(error)})` };
  }
  if (target === undefined) return { kind: 'foreign', what: 'a link to something that is not there' };
  if (target.isDirectory()) return { kind: 'foreign', what: 'a folder' };
  if (!target.isFile()) return { kind: 'foreign', what: 'not a file' };
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { kind: 'foreign', what: `not a .ptyd that can be read (${error.message})` };
  }
}

/** Chunks by number, and what else a main file has. */
function isMain(h5: H5File): boolean {
  if (h5.kind(CHUNKS) !== 'group') return false;
  const keys = h5.keys(CHUNKS);
  if (!keys.every((key) => /^\d+$/.test(key))) return false;
  if (h5.kind(META) === 'group') return keys.length > 0 || h5.kind(INFO) === 'group' || isStamped(h5);
  return keys.length > 0 && h5.kind(`${chunkPath(keys[0])}/positions`) === 'dataset';
}

/** What a chunk has, with the types that tell it from the data of other programs. */
function isPart(h5: H5File): boolean {
  const isTyped = (name: string): boolean =>
    h5.kind(name) === 'dataset' && h5.attributes(name).type === 'array';
  return isTyped('data') && isTyped('positions');
}

function isStamped(h5: H5File): boolean {
  return 'h5rw_version' in h5.attributes('/');
}

/** What a link to a file of this main file's own has behind its name; undefined for any other file. */
export function ownSuffix(
  file: string,
  link: { readonly file: string; readonly path: string } | undefined,
): string | undefined {
  const name = basename(file);
  if (link?.file.startsWith(name) !== true || link.file === name) return undefined;
  if (basename(link.file) !== link.file) return undefined;
  const isOwn = link.file === basename(reservedName(file)) || link.path === '/';
  return isOwn ? link.file.slice(name.length) : undefined;
}
