/** File names by ptypy's patterns: `%(run)s`, `%(engine)s`, `%(iterations)04d`. */
import { basename, dirname, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';
import { requireWritableFolder } from '../hdf5/folder.ts';
import type { RunConfig } from './config-check.ts';

export interface NameValues {
  readonly run: string;
  readonly engine: string;
  readonly iterations: number;
}

/** The pattern with its values; throws a ConfigError for a name that patterns do not have. */
export function fillPattern(pattern: string, values: NameValues): string {
  return pattern.replaceAll(
    /%\((\w+)\)(0?)(\d*)([sd])/g,
    (whole, name: string, zero: string, width: string) => {
      if (name !== 'run' && name !== 'engine' && name !== 'iterations') {
        throw new ConfigError([
          {
            path: 'io',
            message: `"${pattern}" uses ${whole}; known are %(run)s, %(engine)s, %(iterations)04d`,
          },
        ]);
      }
      return String(values[name]).padStart(Number(width || 0), zero === '' ? ' ' : '0');
    },
  );
}

/** Where a run writes: below `io.home` by the patterns, or flat in a folder given on the command line. */
export class OutputNames {
  readonly #home: string;
  readonly #flat: boolean;

  constructor(home: string, output: string | undefined) {
    this.#home = resolve(output ?? home);
    this.#flat = output !== undefined;
  }

  file(pattern: string, values: NameValues): string {
    const name = fillPattern(pattern, values);
    return resolve(this.#home, this.#flat ? basename(name) : name);
  }
}

/** Throws before the work what would keep its results from being saved after it. */
export function checkOutput({ io, engines }: RunConfig, run: string, output: string | undefined): void {
  const names = new OutputNames(io.home, output);
  const patterns = [
    ...(io.rfile === null ? [] : [io.rfile]),
    ...(io.autosave.active ? [io.autosave.rfile] : []),
    ...(io.autoplot.active && io.autoplot.dump ? [io.autoplot.imfile] : []),
  ];
  for (const { name } of engines) {
    for (const pattern of patterns) {
      requireWritableFolder(dirname(names.file(pattern, { run, engine: name, iterations: 0 })));
    }
  }
}
