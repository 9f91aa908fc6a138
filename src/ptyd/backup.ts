/**
 * Existing files are never overwritten: they move aside, together with the chunk files they link to.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { log } from '../log.ts';
import { CHUNKS, chunkPath, INFO, META } from './format.ts';
import { writeMain } from './main-file.ts';

/** `file.old`, or the first of `file.old.1`, `file.old.2`, … that is free. */
export function backupName(file: string): string {
  for (let n = 0; ; n++) {
    const name = n === 0 ? `${file}.old` : `${file}.old.${n}`;
    if (!existsSync(name)) return name;
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
 * Moves a `.ptyd` aside. Chunk files that it links to move along, and the links with them, so that the old file stays
 * complete when new chunk files take their names.
 */
export async function movePtydAside(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const links = await readLinks(file);
  if (links.size === 0) return moveAside(file);
  const name = backupName(file);
  const moved = new Map<string, string>();
  for (const target of new Set(links.values())) {
    const suffix = target.startsWith(basename(file)) ? target.slice(basename(file).length) : `.${target}`;
    moved.set(target, basename(name) + suffix);
  }
  // First the complete copy with the links' new targets, then the parts, and only then the original goes.
  await copyWithLinks(file, name, links, moved);
  for (const [from, to] of moved) {
    const part = resolve(dirname(file), from);
    if (existsSync(part)) renameSync(part, resolve(dirname(file), to));
  }
  rmSync(file);
  log.warn(`${file} already exists; renamed to ${name}, with its ${moved.size} chunk files`);
  return name;
}

/** Chunk name → link target. Empty for a file whose chunks are not all links, or that is no HDF5 file at all. */
async function readLinks(file: string): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  let h5: H5File;
  try {
    h5 = await openFile(file, 'r');
  } catch {
    return links;
  }
  try {
    if (h5.kind(CHUNKS) !== 'group') return links;
    for (const key of h5.keys(CHUNKS)) {
      const link = h5.externalLink(chunkPath(key));
      if (link === undefined) return new Map();
      links.set(key, link.file);
    }
    return links;
  } finally {
    h5.close();
  }
}

async function copyWithLinks(
  from: string,
  to: string,
  links: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, string>,
): Promise<void> {
  const source = await openFile(from, 'r');
  try {
    const rooms = [META, INFO].filter((room) => source.kind(room) === 'group');
    await writeMain(to, {
      links: new Map([...links].map(([key, file]) => [key, moved.get(file) ?? file])),
      rooms: Object.fromEntries(rooms.map((room) => [room, readTree(source, room)])),
    });
  } finally {
    source.close();
  }
}
