/**
 * Existing files are never overwritten: they move aside, together with the chunk files they link to.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { openFile, type H5File } from '../hdf5/file.ts';
import { replaceFile } from '../hdf5/replace.ts';
import { log } from '../log.ts';
import { copyEntry } from './copy-entry.ts';
import { CHUNKS, chunkPath } from './format.ts';

/**
 * `file.old`, or the first of `file.old.1`, `file.old.2`, … that is free, and with it every file of that name with one
 * of the `suffixes`.
 */
export function backupName(file: string, suffixes: readonly string[] = []): string {
  for (let n = 0; ; n++) {
    const name = n === 0 ? `${file}.old` : `${file}.old.${n}`;
    if (!['', ...suffixes].some((suffix) => existsSync(name + suffix))) return name;
  }
}

/** Moves a plain file aside. Returns the new name, or `undefined` if there was none. */
export function moveAside(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const name = backupName(file);
  renameSync(file, name);
  log.warn(`${file} already exists; renamed to ${name}`);
  return name;
}

/**
 * Moves a `.ptyd` aside. Its chunk files (beside it, named like it with a suffix) move along, and the links with them, so
 * that the old file stays complete when new chunk files take their names. Links to other files stay as they are.
 */
export async function movePtydAside(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const suffixes = await chunkSuffixes(file);
  if (suffixes.length === 0) return moveAside(file);
  const name = backupName(file, suffixes);
  // First the complete copy with the links' new targets, then the parts, and only then the original goes.
  await copyWithLinks(file, name);
  let moved = 0;
  for (const suffix of suffixes) {
    if (!existsSync(file + suffix)) continue;
    renameSync(file + suffix, name + suffix);
    moved++;
  }
  rmSync(file);
  log.warn(`${file} already exists; renamed to ${name}, with its ${moved} chunk files`);
  return name;
}

/** What the names of the chunk files have behind that of the main file. Nothing for a file that is not HDF5. */
async function chunkSuffixes(file: string): Promise<string[]> {
  let h5: H5File;
  try {
    h5 = await openFile(file, 'r');
  } catch {
    return [];
  }
  try {
    if (h5.kind(CHUNKS) !== 'group') return [];
    const targets = h5.keys(CHUNKS).map((key) => ownSuffix(file, h5.externalLink(chunkPath(key))?.file));
    return [...new Set(targets.filter((suffix) => suffix !== undefined))];
  } finally {
    h5.close();
  }
}

function ownSuffix(file: string, target: string | undefined): string | undefined {
  const name = basename(file);
  const isOwn = target?.startsWith(name) === true && target !== name && basename(target) === target;
  return isOwn ? target.slice(name.length) : undefined;
}

async function copyWithLinks(from: string, to: string): Promise<void> {
  const source = await openFile(from, 'r');
  try {
    await replaceFile(to, (copy) => {
      copyEntry(source, copy, '/', (path) => path.startsWith(`/${CHUNKS}/`));
      for (const key of source.keys(CHUNKS)) {
        const link = source.externalLink(chunkPath(key));
        const suffix = ownSuffix(from, link?.file);
        if (link === undefined || suffix === undefined) copyEntry(source, copy, `/${chunkPath(key)}`);
        else copy.createExternalLink(chunkPath(key), basename(to) + suffix, link.path);
      }
    });
  } finally {
    source.close();
  }
}
