/** The asker's end of a run, wherever the run is. */
import { AbortedError, errorFromPlain } from '../../errors.ts';
import type { Result } from '../../ptyr/result.ts';
import type { EventListener, RunEvent } from '../events.ts';
import type { FromRun, GivenRemark, Request, RequestName, Requests, RunChanges, ToRun } from './requests.ts';
import type { Prepared, RunPlace, Snapshot, SnapshotOptions } from './snapshot.ts';

/** What a run came to. */
export interface RunResult {
  /** Undefined where nothing was reconstructed. */
  readonly result: Result | undefined;
  /** Files that were written, in that order. */
  readonly files: readonly string[];
}

/**
 * A run that goes on. What is asked of it is served between two iterations, so that it waits where frames are still being
 * prepared, and rejects with an `AbortedError` where the run ends before.
 */
export interface Run {
  /** Hears all that the run reports, until the function that it returns is called. The first to listen hears what was before. */
  on(listener: EventListener): () => void;
  /** Resolves with what the run came to; rejects with what ended it, an `AbortedError` after `stop`. */
  readonly ended: Promise<RunResult>;
  /** Computes nothing until `resume`. Resolves when the iteration at hand is done. */
  pause(): Promise<RunPlace>;
  resume(): Promise<RunPlace>;
  /** As Ctrl-C: ends after the iteration or chunk at hand, and saves what there is. */
  stop(): void;
  /** Saves what there is, to resume from; resolves with the name of the file. Rejects with a `FileError` if that fails. */
  save(): Promise<string>;
  /**
   * Copies of probes, objects, positions and errors, and of frames as asked for. Rejects with a `ConfigError` for scan points that
   * have no frame in the model (yet).
   */
  snapshot(options?: SnapshotOptions): Promise<Snapshot>;
  /**
   * Copies of what has been prepared so far, and of frames as asked for, while there is no model of them: between two chunks. Undefined
   * once there is one.
   */
  prepared(options?: Pick<SnapshotOptions, 'frames'>): Promise<Prepared | undefined>;
  /**
   * New values of engine parameters, by the key of the engine; its `numiter` too. Rejects with a `ConfigError` for what is
   * not known, wrong, or fixed while its engine runs; then nothing is changed.
   */
  change(changes: RunChanges): Promise<void>;
  /** Keeps in the log and in the files who did what to the run, as `viewer 1` and `paused`. */
  remark(remark: GivenRemark): Promise<void>;
  /** A snapshot at most every `everyMs` ms, until the run ends or the loop is left. */
  snapshots(options: SnapshotOptions & { readonly everyMs: number }): AsyncIterable<Snapshot>;
}

/** To where the run is. */
export interface Link {
  /** Takes what is asked. */
  readonly post: (message: ToRun) => void;
  /** Resolves when the run has ended and all that it said was heard; rejects with what ended it. */
  readonly ended: Promise<void>;
}

/** Events that wait for somebody to listen. */
const MOST_UNHEARD = 1000;

const ENDED = 'the run has ended';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class RemoteRun implements Run {
  readonly ended: Promise<RunResult>;
  readonly #link: Link;
  readonly #listeners = new Set<EventListener>();
  /** Before anybody listened. */
  readonly #unheard: RunEvent[] = [];
  readonly #waiting = new Map<number, Waiting>();
  readonly #files: string[] = [];
  #result: Result | undefined;
  #hasEnded = false;
  #requests = 0;

  /** `connect` is given what hears the run, and gives the way to it. */
  constructor(connect: (hear: (message: FromRun) => void) => Link) {
    this.#link = connect((message) => {
      this.#hear(message);
    });
    this.ended = this.#end();
    // Whoever is interested waits for it.
    this.ended.catch(() => undefined);
  }

  on(listener: EventListener): () => void {
    this.#listeners.add(listener);
    this.#unheard.splice(0).forEach(listener);
    return () => this.#listeners.delete(listener);
  }

  pause(): Promise<RunPlace> {
    return this.#ask('pause', undefined);
  }

  resume(): Promise<RunPlace> {
    return this.#ask('resume', undefined);
  }

  stop(): void {
    this.#link.post({ kind: 'stop' });
  }

  save(): Promise<string> {
    return this.#ask('save', undefined);
  }

  snapshot(options?: SnapshotOptions): Promise<Snapshot> {
    return this.#ask('snapshot', options);
  }

  prepared(options?: Pick<SnapshotOptions, 'frames'>): Promise<Prepared | undefined> {
    return this.#ask('prepared', options);
  }

  change(changes: RunChanges): Promise<void> {
    return this.#ask('change', changes);
  }

  remark(remark: GivenRemark): Promise<void> {
    return this.#ask('remark', remark);
  }

  async *snapshots({
    everyMs,
    ...options
  }: SnapshotOptions & { readonly everyMs: number }): AsyncGenerator<Snapshot> {
    while (!this.#hasEnded) {
      const start = performance.now();
      const snapshot = await this.#unlessEnded(this.snapshot(options));
      if (snapshot === undefined) return;
      yield snapshot;
      const rest = everyMs - (performance.now() - start);
      if (rest > 0) await this.#unlessEnded(new Promise((resolve) => setTimeout(resolve, rest)));
    }
  }

  /** Undefined where the run ends first. */
  async #unlessEnded<T>(promise: Promise<T>): Promise<T | undefined> {
    const ended = this.ended.then(
      () => undefined,
      () => undefined,
    );
    try {
      return await Promise.race([promise, ended]);
    } catch (error) {
      // Refused because the run has ended.
      await ended;
      if (!this.#hasEnded) throw error;
      return undefined;
    }
  }

  async #end(): Promise<RunResult> {
    try {
      await this.#link.ended;
      return { result: this.#result, files: this.#files };
    } finally {
      this.#hasEnded = true;
      for (const { reject } of this.#waiting.values()) reject(new AbortedError(ENDED));
      this.#waiting.clear();
    }
  }

  #ask<N extends RequestName>(name: N, given: Requests[N]['given']): Promise<Requests[N]['answer']> {
    if (this.#hasEnded) return Promise.reject(new AbortedError(ENDED));
    const id = this.#requests++;
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#link.post({ kind: 'request', id, name, given } as Request);
    }) as Promise<Requests[N]['answer']>;
  }

  #hear(message: FromRun): void {
    switch (message.kind) {
      case 'event':
        if (message.event.event === 'saved') this.#files.push(message.event.file);
        this.#report(message.event);
        break;
      case 'answer':
        this.#take(message.id)?.resolve(message.answer);
        break;
      case 'refusal':
        this.#take(message.id)?.reject(errorFromPlain(message.error));
        break;
      case 'result':
        this.#result = message.result;
        break;
    }
  }

  #report(event: RunEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
    if (this.#listeners.size > 0) return;
    this.#unheard.push(event);
    if (this.#unheard.length > MOST_UNHEARD) this.#unheard.shift();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
