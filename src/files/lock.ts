/**
 * A name that one program at a time writes to: a small file beside it says which. It goes when the program is done with the name;
 * one that a killed program of this machine left is taken over.
 */
import { linkSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { FileError } from '../errors.ts';
import { foldersToMake, makeFolder } from './folder.ts';
import { isSameProcess, startOf } from './process.ts';

/** Who writes, as the file says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the system counts it, where that is known: numbers of processes are used again. */
  readonly began: string | null;
  readonly since: string;
}

export interface Lock {
  /** Of a program that ended without letting go of the name, which was taken over: what to tell the user. */
  readonly abandoned: string | undefined;
  /** Lets go of the name, with the folders that were made for the lock where nothing else came into them. */
  release(): void;
}

export function lockName(name: string): string {
  return join(dirname(name), `.${basename(name)}.lock`);
}

/**
 * Takes `name` for this process, be it there or yet to be made; `what` is what messages call it. Throws a `FileError` that names who has it, and one for a file in the
 * lock's place that is none.
 */
export function takeLock(name: string, what = name): Lock {
  const file = lockName(resolve(name));
  const folders = foldersToMake(dirname(file));
  makeFolder(dirname(file));
  const release = (): void => {
    if (textOf(file) === text) rmSync(file);
    folders.forEach(removeEmpty);
  };
  const holder: Holder = {
    ...{ pid: process.pid, host: hostname(), began: startOf(process.pid) },
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(holder)}\n`;
  let abandoned: string | undefined;
  // Another process may be faster each time that a lock goes.
  while (!create(file, text)) {
    const there = textOf(file);
    if (there === undefined) continue;
    const other = holderIn(file, there);
    if (mayRun(other)) throw new FileError(heldText(what, file, other), { file: name });
    if (remove(file, there)) abandoned = `process ${other.pid}, which wrote ${what}, ended before its time`;
  }
  return { abandoned, release };
}

/** False where there is one. It appears with its text in it. */
function create(file: string, text: string): boolean {
  const written = `${file}.${process.pid}.${threadId}.tmp`;
  writeFileSync(written, text);
  try {
    linkSync(written, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    return createWithoutLinks(file, text);
  } finally {
    rmSync(written, { force: true });
  }
}

/** Where a file cannot have two names. */
function createWithoutLinks(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock with this text, and no other that has come in its place. True if it was this one. */
function remove(file: string, text: string): boolean {
  const aside = `${file}.${process.pid}.${threadId}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const taken = textOf(aside);
  if (taken !== undefined && taken !== text) create(file, taken);
  rmSync(aside, { force: true });
  return taken === text;
}

/** Undefined where there is none. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function holderIn(file: string, text: string): Holder {
  try {
    const { pid, host, began, since } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid === 'number' && typeof host === 'string' && typeof since === 'string') {
      return { pid, host, began: began ?? null, since };
    }
  } catch {
    // Said below.
  }
  throw new FileError(`${file} stands where a lock is kept, and is none: move it away`, { file });
}

/** Those of other machines cannot be asked. */
function mayRun({ pid, host, began }: Holder): boolean {
  return host !== hostname() || isSameProcess(pid, began);
}

function heldText(what: string, file: string, { pid, host, since }: Holder): string {
  const own = host === hostname();
  const who = own && pid === process.pid ? 'this process' : `process ${pid} on ${host}`;
  const gone = own ? '' : `; if that process is gone, remove ${file}`;
  return `${what} is being written by ${who} since ${since}: wait for it, or write under another name${gone}`;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something is in it.
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
