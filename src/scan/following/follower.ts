/** What has come of a scan that goes on: the master looks and tells the others, so that all ranks know the same. */
import type { Communicator } from '../../parallel/communicator.ts';
import { fromMaster } from '../../parallel/from-master.ts';
import type { Availability } from '../scan-options.ts';
import { Glitches } from './glitches.ts';

/** A frame that has come, with what its loader has to know of it. Structured-clonable. */
export interface Arrival {
  /** Its scan point. */
  readonly point: number;
}

/** What a look at the source finds. */
export interface Look<A extends Arrival> {
  /** Frames that have come since the last look, in the order in which they are handed out. */
  readonly frames: readonly A[];
  /** Frames that the scan will have; null while nothing tells. */
  readonly total: number | null;
  /** Nothing more will come. */
  readonly isOver: boolean;
}

export interface FollowerOptions<A extends Arrival> {
  readonly communicator: Communicator;
  /** The source is still being written: it may be unreadable for moments. */
  readonly follow: boolean;
  /** Looks at the source, on the master; `arrived` are the frames that are known, by scan point. */
  readonly look: (arrived: ReadonlyMap<number, A>) => Look<A> | Promise<Look<A>>;
}

export class Follower<A extends Arrival> {
  /** Frames that the scan will have; null while nothing tells. */
  total: number | null = null;
  /** Nothing more will come. */
  isOver = false;
  readonly #options: FollowerOptions<A>;
  readonly #glitches: Glitches;
  readonly #arrived = new Map<number, A>();
  /** Scan points as they came. */
  readonly #order: number[] = [];

  constructor(options: FollowerOptions<A>) {
    this.#options = options;
    this.#glitches = new Glitches(options.follow);
  }

  /** Looks for what has come since the last time; a frame that comes again is left out. Throws what the look throws. Collective. */
  async refresh(): Promise<void> {
    if (this.isOver || this.count === this.total) return;
    const { communicator } = this.#options;
    const found = await fromMaster(communicator, () =>
      this.#glitches.pass(async () => this.#options.look(this.#arrived)),
    );
    if (found === undefined) return;
    for (const frame of found.frames) {
      if (this.#arrived.has(frame.point)) continue;
      this.#arrived.set(frame.point, frame);
      this.#order.push(frame.point);
    }
    this.total = found.total;
    this.isOver = found.isOver;
  }

  /** Frames that have come. */
  get count(): number {
    return this.#order.length;
  }

  /** Of a scan point that has come. */
  get(point: number): A | undefined {
    return this.#arrived.get(point);
  }

  /** Scan point of the frame that came as number `ordinal`. */
  indexOf(ordinal: number): number {
    return this.#order[ordinal];
  }

  /** Of `frames` frames from number `start` on, if the scan has `total` in all (null: unknown). */
  available(frames: number, start: number, total: number | null): Availability {
    const there = availability(this.count, frames, start, total);
    return this.isOver ? { ...there, endOfScan: there.behind === 0 } : there;
  }
}

/** Of `frames` frames from number `start` on, where `count` are there, of a scan of `total` (null: unknown), which decides where it ends. */
export function availability(
  count: number,
  frames: number,
  start: number,
  total: number | null,
): Availability {
  const there = Math.max(0, Math.min(count, total ?? Infinity) - start);
  const accessible = Math.min(frames, there);
  return { accessible, endOfScan: undefined, behind: there - accessible };
}
