/** A file that is made under another name, until it is complete. */
import { copyFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from './folder.ts';
import { publishFile, syncPath, temporaryName } from './replace.ts';

/** A file that is complete, under a name of its own until it takes its place. */
export interface StagedFile {
  readonly file: string;
  readonly staged: string;
}

/**
 * Makes a file through `write` under a temporary name beside `file`, where it stays until `publishStaged`. It begins as a copy of
 * `copyOf` where that is given. If anything fails it is removed.
 */
export async function stage(
  file: string,
  copyOf: string | undefined,
  write: (staged: string) => Promise<void>,
): Promise<StagedFile> {
  const staged = temporaryName(file);
  makeFolder(dirname(file));
  try {
    if (copyOf !== undefined) copyFileSync(copyOf, staged);
    await write(staged);
    syncPath(staged);
    return { file, staged };
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}

/** Gives a staged file its name. If that fails it is removed. */
export function publishStaged({ file, staged }: StagedFile): void {
  try {
    publishFile(staged, file);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}
