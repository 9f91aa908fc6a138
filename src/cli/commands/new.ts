/** `ptyflow new`: a starting point that runs as it is, in the language that the file's ending says. */
import { writeFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import { configJson, configYaml, scanSource } from './new-templates.ts';
import type { CommonOptions } from '../options.ts';
import { startSession } from '../session.ts';

/** What is written, by what is asked for and the ending of the file. */
const KINDS: Readonly<Record<string, Readonly<Record<string, (file: string) => string>>>> = {
  scan: {
    '.ts': (file) => scanSource(className(file), 'TypeScript'),
    '.mts': (file) => scanSource(className(file), 'TypeScript'),
    '.js': (file) => scanSource(className(file), 'JavaScript'),
    '.mjs': (file) => scanSource(className(file), 'JavaScript'),
  },
  config: { '.yaml': configYaml, '.yml': configYaml, '.json': configJson },
};

/** Throws `ConfigError` for anything but a scan or a config, another ending, and a file that exists. */
export async function create(what: string, file: string, options: CommonOptions): Promise<void> {
  if (!Object.hasOwn(KINDS, what)) {
    throw new ConfigError([{ path: '<what>', message: `expected scan or config, got "${what}"` }]);
  }
  const endings = KINDS[what];
  const ending = extname(file).toLowerCase();
  if (!Object.hasOwn(endings, ending)) {
    const accepted = Object.keys(endings).join(', ');
    throw new ConfigError([
      { path: '<file>', message: `${file}: a ${what} is written to a file that ends in ${accepted}` },
    ]);
  }
  makeFolder(dirname(file));
  try {
    writeFileSync(file, endings[ending](file), { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new ConfigError([{ path: '<file>', message: `${file} exists already` }], undefined, { cause });
  }
  const next =
    what === 'scan'
      ? `use it with --scan-module ${file} and name: ${className(file)}`
      : `run it with: ptyflow run ${file}`;
  const session = startSession(options);
  session.wrote(what === 'scan' ? 'scan class' : 'config', file, next);
  session.answered();
  return Promise.resolve();
}

/** `my-scan.ts` → `MyScan` */
function className(file: string): string {
  const words = basename(file)
    .replace(/\.[^.]*$/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const name = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(name) ? name : `Scan${name}`;
}
