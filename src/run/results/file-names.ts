/** File names by ptypy's patterns: `%(run)s`, `%(engine)s`, `%(iterations)04d`. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ConfigError } from '../../errors.ts';

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

/** The name, or pattern of names, of a half: `run_0010.ptyr` → `run_0010_half1.ptyr` */
export function halfName(name: string, half: 1 | 2): string {
  return name.replace(/(\.\w+)?$/, `_half${half}$1`);
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

/** Files that are under the names which a pattern gives to one engine, at any iteration. */
export function existingResults(
  names: OutputNames,
  pattern: string,
  values: Omit<NameValues, 'iterations'>,
): string[] {
  const file = names.file(pattern, { ...values, iterations: 0 });
  const folder = dirname(file);
  const entry = statSync(folder, { throwIfNoEntry: false });
  if (entry?.isDirectory() !== true) return [];
  const isNamed = namesAt(basename(pattern), values);
  return readdirSync(folder)
    .filter(isNamed)
    .map((name) => resolve(folder, name));
}

function namesAt(pattern: string, values: Omit<NameValues, 'iterations'>): (name: string) => boolean {
  const parts = pattern.split(/(%\(iterations\)0?\d*[sd])/);
  const texts = parts.map((part, i) => {
    if (i % 2 === 1) return ' *\\d+';
    return fillPattern(part, { ...values, iterations: 0 }).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  const whole = new RegExp(`^${texts.join('')}$`);
  return (name) => whole.test(name);
}

/** Pictures that a run makes beside its results. */
export function isPictureName(name: string): boolean {
  return /^(.+-)?(phase|amplitude|probe|positions|errors|frc|live)\.png$/.test(name);
}
