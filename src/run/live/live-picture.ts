/** The picture of a reconstruction that goes on: one file, always current, replaced at once. */
import { renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../../files/folder.ts';
import { temporaryName } from '../../files/replace.ts';
import { onAnyRank } from '../../parallel/any-rank.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { Png } from '../../pictures/figures/figures.ts';
import type { EventListener } from '../events.ts';

/** From the end of one picture to the beginning of the next at least, ms. */
const LEAST_MS = 2000;
/** Pictures take this fraction of the time at most. */
const MOST_SHARE = 0.03;

export class LivePicture {
  readonly #file: string;
  readonly #communicator: Communicator;
  readonly #onEvent: EventListener;
  #nextAt = -Infinity;
  #isTold = false;

  constructor(file: string, communicator: Communicator, onEvent: EventListener) {
    this.#file = file;
    this.#communicator = communicator;
    this.#onEvent = onEvent;
  }

  /** Draws where it is time again, or with `now` in any case. `draw` is called on every rank and gives the master's picture. Collective. */
  async update(draw: () => Promise<Png | undefined>, now = false): Promise<void> {
    const here = isMaster(this.#communicator) && (now || performance.now() >= this.#nextAt);
    if (!(await onAnyRank(this.#communicator, here))) return;
    const start = performance.now();
    const picture = await draw();
    if (picture !== undefined && isMaster(this.#communicator)) this.#write(picture);
    const end = performance.now();
    this.#nextAt = end + Math.max(LEAST_MS, (end - start) / MOST_SHARE);
  }

  #write(picture: Png): void {
    makeFolder(dirname(this.#file));
    const temporary = temporaryName(this.#file);
    writeFileSync(temporary, picture);
    renameSync(temporary, this.#file);
    if (this.#isTold) return;
    this.#isTold = true;
    this.#onEvent({ event: 'saved', what: 'picture', file: this.#file });
  }
}
