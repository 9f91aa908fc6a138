/** What stands behind `done in 12 s`: how far it came, what was saved, and how to look at it. */
import { near } from '../../run/words/near.ts';
import type { RunEvent } from '../../run/events.ts';
import { numberText } from '../../geometry/quantities.ts';

/** Errors that tell most, first. */
const TELLING = { rfactor: 'R-factor', photon: 'photon error', magnitude: 'magnitude error' } as const;

export class Closing {
  #iterations = 0;
  /** Of the engine that runs, by now. */
  #engine = { key: '', iteration: 0 };
  #errors: Readonly<Record<string, number>> = {};
  readonly #files = new Set<string>();
  #shown: string | undefined;
  #isHalf = false;

  hear(event: RunEvent): void {
    if (event.event === 'half') this.#isHalf = true;
    if (event.event === 'iteration' && event.half === undefined) this.#iterate(event);
    if (event.event !== 'saved') return;
    this.#files.add(event.file);
    // A reconstruction says more than its frames, all frames more than half of them.
    const isBetter = event.what === 'ptyr' ? !this.#isHalf : event.what === 'ptyd' && this.#iterations === 0;
    if (isBetter) this.#shown = event.file;
  }

  #iterate({ key, iteration, errors }: Extract<RunEvent, { event: 'iteration' }>): void {
    const { key: last, iteration: before } = this.#engine;
    this.#iterations += key === last && iteration > before ? iteration - before : iteration;
    this.#engine = { key, iteration };
    this.#errors = errors;
  }

  /** `: 60 iterations, R-factor 0.17, 6 files saved; to look at it: ptyflow view FILE`; empty where there is nothing to say. */
  text(): string {
    const telling = Object.entries(TELLING).find(([name]) => Number.isFinite(this.#errors[name]));
    const files = this.#files.size;
    const facts = [
      ...(this.#iterations === 0 ? [] : [counted(this.#iterations, 'iteration')]),
      ...(telling === undefined ? [] : [`${telling[1]} ${numberText(this.#errors[telling[0]])}`]),
      ...(files === 0 ? [] : [`${counted(files, 'file')} saved`]),
    ];
    return (facts.length === 0 ? '' : `: ${facts.join(', ')}`) + this.#next();
  }

  #next(): string {
    if (this.#shown === undefined) return '';
    const file = argument(this.#shown);
    const share = /\.ptyr$/i.test(this.#shown) ? `, to share it: ptyflow report ${file}` : '';
    return `; to look at it: ptyflow view ${file}${share}`;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A file as a shell takes it, from here where that is shorter. */
function argument(file: string): string {
  const shorter = near(file);
  return /^[\w./@%+=:-]+$/.test(shorter) ? shorter : `'${shorter.replaceAll("'", String.raw`'\''`)}'`;
}
