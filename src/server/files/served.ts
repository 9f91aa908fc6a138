/** Which files may be named, and where they are. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { RequestError, type Served } from './messages.ts';

/** What is served of the files and folders that were given: a folder with all below it, or single files, which may lead to others beside them. */
export function servedOf(given: readonly string[]): Served {
  const places = given.map((name) => ({ real: realpathSync(name), isFolder: statSync(name).isDirectory() }));
  const realOf = (areFolders: boolean): string[] =>
    places.filter(({ isFolder }) => isFolder === areFolders).map(({ real }) => real);
  const [folders, files] = [realOf(true), realOf(false)];
  const reach = [...new Set([...folders, ...files.map((file) => dirname(file))])];
  return { root: reach.reduce(common), reach, folders, files };
}

function common(a: string, b: string): string {
  const [others, parts] = [b.split(sep), a.split(sep)];
  const end = parts.findIndex((part, i) => part !== others.at(i));
  return end === -1 ? a : parts.slice(0, end).join(sep) || sep;
}

/** As files are named. */
export function nameOf({ root }: Served, file: string): string {
  return relative(root, file).split(sep).join('/');
}

/** The absolute name of a file that may be looked at. Throws a `RequestError`. */
export function fileOf(served: Served, name: string): string {
  const file = resolve(served.root, name);
  if (name === '' || name.includes('\0') || !existsSync(file)) throw notThere(name);
  const real = realpathSync(file);
  const isWithin = served.folders.some((folder) =>
    real.startsWith(folder.endsWith(sep) ? folder : folder + sep),
  );
  const isGiven = isWithin || served.files.includes(real);
  if (!isGiven || !statSync(real).isFile()) throw notThere(name);
  return file;
}

function notThere(name: string): RequestError {
  return new RequestError(404, `File not found: '${name}'`);
}
