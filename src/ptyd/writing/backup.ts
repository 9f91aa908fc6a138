/**
 * How a new scan takes the place of one that is there: a complete one moves aside to `FILE.old`, with its chunk files, in
 * place of what was moved there before. Until its replacement has its first chunk it stays as it is.
 */
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { FileError } from '../../errors.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { temporaryName } from '../../files/replace.ts';
import { publishStaged, type StagedFile } from '../../files/staged.ts';
import { stageFile } from '../../hdf5/staged.ts';
import type { Log } from '../../log.ts';
import { copyEntry } from './copy-entry.ts';
import { CHUNKS, chunkPath } from '../format.ts';
import { filesNamedLikeChunks, lookAtNames, type Obstacle, type Saving } from '../own-names.ts';
import { kindAt, ownSuffix, type StandingPtyd } from '../standing.ts';

/**
 * Publishes the main file and the first chunks of a scan, which are staged. Readers find either the old scan, or the new one,
 * whose first chunks may still be to come. Throws a `FileError` where there is something that was not written here; then, and
 * if anything fails, the staged files go.
 */
export async function takePlace(
  saving: Saving & { readonly log: Log },
  main: StagedFile,
  chunks: readonly StagedFile[],
): Promise<void> {
  try {
    const { there, obstacles } = await lookAtNames(saving);
    if (obstacles.length > 0) throw obstacleError(obstacles);
    if (there !== undefined) await makeWay(saving, there);
    for (const file of [main, ...chunks]) publishStaged(file);
  } catch (error) {
    for (const { staged } of [main, ...chunks]) rmSync(staged, { force: true });
    throw error;
  }
}

/** Says what is in the way, and that it stays. */
export function obstacleError(obstacles: readonly Obstacle[]): FileError {
  const [{ file }] = obstacles;
  return new FileError(obstacles.map(obstacleText).join('\n'), { file });
}

export function obstacleText({ file, what }: Obstacle): string {
  return `${file} is ${what}: it is not overwritten; save under another name, or move it away`;
}

/** Afterwards nothing but the old main file is under the names of the scan that begins. */
async function makeWay(saving: Parameters<typeof takePlace>[0], there: StandingPtyd): Promise<void> {
  const { file, log } = saving;
  if (there.isComplete) await keepAside(file, there.suffixes, log);
  else if (there.frames > 0) log.warn(`${file} was not finished; its ${there.frames} frames are replaced`);
  const linked = there.suffixes.map((suffix) => file + suffix);
  for (const part of new Set([...linked, ...filesNamedLikeChunks(saving)])) await removeOwn(part);
}

/** Removes chunks that were written here; other files stay. */
export async function removeOwn(file: string): Promise<void> {
  const { kind } = await kindAt(file);
  if (kind === 'part' || kind === 'ptyd') rmSync(file);
}

/** The old scan is complete under its own name until it is so under the other one. */
async function keepAside(file: string, suffixes: readonly string[], log: Log): Promise<void> {
  const own: string[] = [];
  for (const suffix of suffixes) {
    const { kind } = await kindAt(file + suffix);
    if (kind === 'part' || kind === 'ptyd') own.push(suffix);
  }
  const { name, before } = await nameAside(file, own);
  const beside = before.map((suffix) => name + suffix);
  if (own.length === 0) {
    moveOver(file, name);
    for (const part of beside) await removeOwn(part);
  } else {
    const main = await stageFile(name, (copy) => copyWithLinks(file, name, copy, log));
    rmSync(name, { force: true });
    for (const part of beside) await removeOwn(part);
    for (const suffix of own) moveOver(file + suffix, name + suffix);
    publishStaged(main);
  }
  const parts = own.length === 0 ? '' : `, with its ${own.length} chunk files`;
  log.warn(`${file} already exists; renamed to ${name}${parts}`);
}

/**
 * `file.old`, or the first of `file.old.1`, `file.old.2`, … where nothing is that was not moved there: `before` are the
 * suffixes of the chunk files of the scan that was.
 */
async function nameAside(
  file: string,
  suffixes: readonly string[],
): Promise<{ name: string; before: readonly string[] }> {
  for (let n = 0; ; n++) {
    const name = n === 0 ? `${file}.old` : `${file}.old.${n}`;
    const there = await kindAt(name);
    if (there.kind !== 'free' && there.kind !== 'ptyd') continue;
    const before = there.kind === 'ptyd' ? there.suffixes : [];
    const others = suffixes.filter((suffix) => !before.includes(suffix));
    if (others.some((suffix) => existsSync(name + suffix))) continue;
    return { name, before };
  }
}

/** At no moment is there less than one of both. Where a file cannot have two names it is renamed. */
function moveOver(from: string, to: string): void {
  const second = temporaryName(to);
  try {
    linkSync(from, second);
  } catch {
    renameSync(from, to);
    return;
  }
  renameSync(second, to);
}

async function copyWithLinks(from: string, to: string, copy: H5File, log: Log): Promise<void> {
  const source = await openFile(from, 'r');
  try {
    copyEntry(source, copy, '/', log, (path) => path.startsWith(`/${CHUNKS}/`));
    for (const key of source.keys(CHUNKS)) {
      const link = source.externalLink(chunkPath(key));
      const suffix = ownSuffix(from, link);
      if (link === undefined || suffix === undefined) copyEntry(source, copy, `/${chunkPath(key)}`, log);
      else copy.createExternalLink(chunkPath(key), basename(to) + suffix, link.path);
    }
  } finally {
    source.close();
  }
}
