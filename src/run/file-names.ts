/** File names by ptypy's patterns: `%(run)s`, `%(engine)s`, `%(iterations)04d`. */
import { basename, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';

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
