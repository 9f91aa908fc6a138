/** A run that goes on, as a page looks at it. The run is elsewhere: events come in, snapshots are asked for. */
import type { NdArray } from '../../array/ndarray.ts';
import { AbortedError, messageOf } from '../../errors.ts';
import type { Result } from '../../ptyr/result.ts';
import type { Run } from '../../run/control/remote-run.ts';
import type { RunEvent } from '../../run/events.ts';
import type { SnapshotOptions } from '../../run/control/snapshot.ts';
import type { FrameLook } from '../pictures/describe.ts';
import type { ComparedSide } from '../files/messages.ts';
import { snapshotPicture } from '../pictures/snapshot-pictures.ts';
import type { Description, ShownParameters, RunState, Source, Want } from '../protocol/messages.ts';
import { snapshotArray } from '../pictures/snapshot-array.ts';
import type { ArrayRequest, Change, PageSource, UnsentPicture } from './page-source.ts';
import { Refresh } from './refresh.ts';
import { RunTracker } from './run-state.ts';
import { describeShown, looksOf, shownOfModel, shownOfPrepared, type Shown } from './shown.ts';

/** Between two looks at a scan that waits, ms. */
const SILENCE_MS = 10_000;

/** Between two countings of photons, which take as long as half an iteration, ms. */
const FLUENCE_MS = 5000;

/** Between two ratings of all frames, which take as long as an iteration, ms. */
const RFACTORS_MS = 10_000;

const NOTHING: Parameters<typeof snapshotArray>[0] = { probes: {}, objects: {}, positions: {}, frames: [] };

export class RunSource implements PageSource {
  readonly source: Source;
  readonly #tracker: RunTracker;
  readonly #run: Run;
  readonly #software: string;
  readonly #listeners: ((change: Change) => void)[] = [];
  #wants: readonly Want[] = [];
  #shown: Shown | undefined;
  /** What frames look like by scan, once one was seen. */
  readonly #looks = new Map<string, FrameLook>();
  #hasEnded = false;
  /** Frames are in a model: what is prepared is shown no more. */
  #isModelled = false;
  /** Parameters are others than those that are shown. */
  #isChanged = false;
  /** A state of the model is shown. */
  #showsModel = false;
  readonly #snapshots = new Refresh(
    () => this.#takeSnapshot(),
    () => !this.#hasEnded && (this.#wants.length > 0 || !this.#showsModel || this.#isChanged),
  );
  readonly #prepared = new Refresh(
    () => this.#takePrepared(),
    () => !this.#hasEnded && !this.#isModelled && (this.#wants.length > 0 || this.#shown === undefined),
  );
  #silence: NodeJS.Timeout | undefined;
  /** When photons were counted last. */
  #litAt = -Infinity;
  /** When frames were rated last. */
  #ratedAt = -Infinity;
  #description: Description | undefined;
  /** What of it does not change with every state. */
  #lasting = '';
  sequence = 0;
  time = 0;

  constructor(run: Run, { id, name, software }: { id: string; name: string; software: string }) {
    this.source = { id, name, kind: 'run' };
    this.#tracker = new RunTracker(id);
    this.#run = run;
    this.#software = software;
    run.on((event) => {
      this.#hear(event);
    });
    run.ended.then(
      ({ result }) => {
        this.#end('ended', result);
      },
      (error: unknown) => {
        const isStopped = error instanceof AbortedError;
        if (!isStopped) this.#hear({ event: 'error', message: messageOf(error) });
        this.#end(isStopped ? 'stopped' : 'failed', undefined);
      },
    );
  }

  get state(): RunState {
    return this.#tracker.state(Date.now());
  }

  get history(): PageSource['history'] {
    return this.#tracker.history;
  }

  get log(): PageSource['log'] {
    return { dropped: this.#tracker.dropped, lines: this.#tracker.lines };
  }

  #hear(event: RunEvent): void {
    this.#tracker.hear(event, Date.now());
    if (event.event === 'waiting') {
      // Silence is no event.
      this.#silence ??= setInterval(() => {
        this.#tell('state');
      }, SILENCE_MS).unref();
    }
    this.#tell('state');
    this.#tell('log');
    if (event.event === 'chunk' || event.event === 'prepared') this.#prepared.renew();
    if (event.event !== 'iteration') return;
    this.#tell('history');
    this.#snapshots.renew();
  }

  pause(isPaused: boolean): void {
    this.#tracker.pause(isPaused);
    this.#tell('state');
  }

  /** Parameters were changed: they are shown even where nobody looks at pictures. */
  changed(): void {
    this.#isChanged = true;
    this.#snapshots.renew();
  }

  /** A line for the log, as who did what. */
  note(text: string): void {
    this.#tracker.tell({ time: Date.now(), level: 'info', text });
    this.#tell('log');
  }

  #end(how: 'ended' | 'stopped' | 'failed', result: Result | undefined): void {
    clearInterval(this.#silence);
    this.#hasEnded = true;
    this.#tracker.end(how);
    if (result !== undefined) this.#show(shownOfModel(result, this.#looks, this.#shown?.frames ?? []));
    this.#tell('state');
  }

  describe(): Promise<Description | undefined> {
    return Promise.resolve(this.#description);
  }

  async parameters(): Promise<ShownParameters | undefined> {
    if (this.#shown === undefined) return undefined;
    const { describeParameters } = await import('../parameters/describe.ts');
    return describeParameters(this.source.id, this.#shown.config);
  }

  picture(want: Want): Promise<UnsentPicture | undefined> {
    if (this.#shown === undefined) return Promise.resolve(undefined);
    return Promise.resolve(snapshotPicture(this.#shown, want));
  }

  array(request: ArrayRequest): Promise<NdArray> {
    const shown = this.#shown;
    return new Promise((resolve) => {
      resolve(snapshotArray(shown ?? NOTHING, request));
    });
  }

  compared(object: string): ComparedSide | undefined {
    const content = this.#shown?.model;
    return content === undefined ? undefined : { name: this.source.name, object, content };
  }

  watch(wants: readonly Want[]): void {
    const before = JSON.stringify(this.#options());
    this.#wants = wants;
    const [snapshots, prepared] = [this.#snapshots, this.#prepared];
    // Other frames are wanted of the same state.
    const isOther = JSON.stringify(this.#options()) !== before;
    for (const refresh of [snapshots, prepared]) {
      if (isOther) refresh.renew();
      else void refresh.look();
    }
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  async #takeSnapshot(): Promise<void> {
    this.#isChanged = false;
    try {
      const snapshot = await this.#run.snapshot(this.#options());
      this.#isModelled = true;
      this.#showsModel = true;
      this.#tracker.adopt(snapshot.history);
      for (const [scan, look] of looksOf(snapshot.frames)) this.#looks.set(scan, look);
      this.#show(shownOfModel(snapshot, this.#looks, snapshot.frames));
    } catch (error) {
      this.#noteMissing(error);
    }
  }

  /** Before there is a model. */
  async #takePrepared(): Promise<void> {
    try {
      const { frames = 'newest' } = this.#options();
      const prepared = await this.#run.prepared({ frames: frames === 'none' ? 'newest' : frames });
      if (prepared === undefined) this.#isModelled = true;
      if (prepared === undefined || this.#isModelled) return;
      this.#tracker.see(prepared);
      this.#tell('state');
      this.#show(shownOfPrepared(prepared));
    } catch (error) {
      this.#noteMissing(error);
    }
  }

  /** No such frame: pictures stay as they are. Whatever ends a run says so itself. */
  #noteMissing(error: unknown): void {
    if (!this.#hasEnded && !(error instanceof AbortedError)) this.note(`no picture: ${messageOf(error)}`);
  }

  #options(): SnapshotOptions {
    const isLit = this.#wants.some(({ what }) => what === 'coverage');
    const fluence = isLit && performance.now() - this.#litAt > FLUENCE_MS;
    const isRated = this.#wants.some(({ what }) => what === 'rfactors');
    const rfactors = isRated && performance.now() - this.#ratedAt > RFACTORS_MS;
    const frames = this.#wants.filter((want) => want.what === 'frame');
    if (frames.length === 0) return { frames: 'none', fluence, rfactors };
    const indices = frames.flatMap(({ index }) => index ?? []);
    if (indices.length === frames.length) return { frames: indices, fluence, rfactors };
    // The newest that are known, beside others.
    const newest = Object.values(this.#shown?.positions ?? {}).flatMap((scan) => scan.indices.at(-1) ?? []);
    const isAlone = indices.length === 0 || newest.length === 0;
    return { frames: isAlone ? 'newest' : [...indices, ...newest], fluence, rfactors };
  }

  #show(shown: Shown): void {
    if (shown.fluence !== undefined) this.#litAt = performance.now();
    if (shown.rfactors !== undefined) this.#ratedAt = performance.now();
    const isConfigured = JSON.stringify(shown.config) !== JSON.stringify(this.#shown?.config);
    // Others are shown with the fluence and the R-factors of the last that has them.
    const { fluence = this.#shown?.fluence, rfactors = this.#shown?.rfactors } = shown;
    this.#shown = { ...shown, fluence, rfactors };
    if (isConfigured) this.#tell('parameters');
    this.sequence++;
    this.time = Date.now();
    const described = describeShown(shown);
    const facts = [{ name: 'software', value: this.#software }];
    this.#description = { source: this.source.id, sequence: this.sequence, ...described, facts };
    const lasting = JSON.stringify(described);
    if (lasting !== this.#lasting) {
      this.#lasting = lasting;
      this.#tell('description');
    }
    this.#tell('pictures');
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
