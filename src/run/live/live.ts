/** Frames that enter the model while they are still being taken. All calls are collective. */
import { AbortedError, DataError } from '../../errors.ts';
import type { DataPackage } from '../../frames/package.ts';
import type { Log } from '../../log.ts';
import { onAnyRank } from '../../parallel/any-rank.ts';
import type { Model } from '../../model/model.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { Desk } from '../control/desk.ts';
import type { PreparedFrames } from '../control/prepared-frames.ts';
import type { Fed, Feed } from './feed.ts';
import type { Listeners } from '../options.ts';
import { takeFrames, withPropagation } from '../scans/loaded-scan.ts';
import { LiveLook } from '../scans/scan-look.ts';
import { ownersOf } from '../scans/sharing.ts';

/** An engine that has made so many iterations without a new frame waits for the next. */
const IDLE_ITERATIONS = 200;

interface Waits {
  readonly wait?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly desk?: Desk | undefined;
}

export class LiveScans {
  readonly #feed: Feed;
  readonly #model: Model;
  readonly #config: RunConfig;
  readonly #look: LiveLook;
  readonly #log: Log;
  #iterations = 0;

  constructor(feed: Feed, model: Model, config: RunConfig, { onEvent, log }: Listeners) {
    this.#feed = feed;
    this.#model = model;
    this.#config = config;
    this.#look = new LiveLook(model, config, onEvent);
    this.#log = log;
  }

  /** All frames are in the model. */
  get ended(): boolean {
    return this.#feed.ended;
  }

  /**
   * Frames in the model: until every scan has some, and all together `min_frames_for_recon`, or they are over. No probe is looked
   * for if one takes its place afterwards. Meanwhile `prepared` shows what has come.
   */
  async begin(
    probeFollows: boolean,
    { signal, desk }: Pick<Waits, 'signal' | 'desk'>,
    prepared: PreparedFrames,
  ): Promise<void> {
    const { scans, min_frames_for_recon: least } = this.#config;
    const packages = new Map<string, DataPackage[]>(scans.map(({ label }) => [label, []]));
    const enough = (): boolean => {
      const counts = [...packages.values()].map((all) =>
        all.reduce((n, { chunk }) => n + chunk.indices.length, 0),
      );
      return counts.every((count) => count > 0) && counts.reduce((sum, count) => sum + count, 0) >= least;
    };
    while (!enough() && !this.ended) {
      // Those that have begun, or are far from enough, need not hurry.
      const missing = least > 1 ? [] : [...packages].filter(([, all]) => all.length === 0);
      const wanted = missing.map(([label]) => label);
      const fed = await this.#take(
        { wait: true, wanted, signal, desk, only: 'prepared' },
        'stopped before there were enough frames for a reconstruction',
      );
      for (const [label, more] of this.#withPropagation(fed)) {
        packages.get(label)?.push(...more);
        for (const data of more) prepared.add(label, data);
      }
      await prepared.serve();
    }
    for (const entry of scans) {
      const all = packages.get(entry.label) ?? [];
      if (all.length === 0) throw new DataError(`scan ${entry.label} has no frames`);
      const scan = { entry, owners: ownersOf(entry, scans), packages: all };
      await takeFrames(this.#model, scan, probeFollows, this.#log);
      prepared.release(entry.label);
    }
    await this.#look.look(this.ended);
  }

  /**
   * Between iterations: what has come in the meantime. Waits only if asked to, or where iterations have long stopped to help, and
   * then not longer than until the desk is asked for something.
   */
  async grow({ wait = false, signal, desk }: Waits): Promise<void> {
    const isIdle = this.#iterations >= IDLE_ITERATIONS;
    const options = { wait: wait || isIdle, signal, desk };
    const fed = await this.#take(options, 'stopped while waiting for frames');
    for (const [label, packages] of this.#withPropagation(fed))
      await this.#model.addPackages(label, packages);
    this.#iterations = fed.size > 0 ? 0 : this.#iterations + 1;
    await this.#look.look(this.ended);
  }

  /** Throws an AbortedError when it was stopped while it waited. */
  async #take(options: Parameters<Feed['take']>[0], stopped: string): Promise<Fed> {
    const fed = await this.#feed.take(options);
    const { wait, signal } = options ?? {};
    if (wait === true && (await onAnyRank(this.#model.communicator, signal?.aborted === true))) {
      throw new AbortedError(stopped);
    }
    return fed;
  }

  #withPropagation(fed: Fed): [string, DataPackage[]][] {
    return this.#config.scans.flatMap((entry) => {
      const packages = fed.get(entry.label);
      if (packages === undefined) return [];
      return [[entry.label, packages.map((chunk) => withPropagation(chunk, entry))]];
    });
  }
}
