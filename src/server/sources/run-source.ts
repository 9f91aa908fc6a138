/** A run that goes on, as a page looks at it. The run is elsewhere: events come in, snapshots are asked for. */
import type { NdArray } from '../../array/ndarray.ts';
import { AbortedError, messageOf } from '../../errors.ts';
import type { Result } from '../../ptyr/result.ts';
import type { Run } from '../../run/control/remote-run.ts';
import type { RunEvent } from '../../run/events.ts';
import type { Snapshot, SnapshotOptions } from '../../run/control/snapshot.ts';
import { fieldInfo, scanInfos } from '../pictures/describe.ts';
import { snapshotPicture } from '../pictures/snapshot-pictures.ts';
import type { Description, ShownParameters, RunState, Source, Want } from '../protocol/messages.ts';
import { snapshotArray } from '../pictures/snapshot-array.ts';
import type { ArrayRequest, Change, PageSource, UnsentPicture } from './page-source.ts';
import { RunTracker } from './run-state.ts';

/** Between two snapshots, ms: what eyes follow, and what costs the reconstruction little. */
const LEAST_MS = 180;

/** Between two countings of photons, which take as long as half an iteration, ms. */
const FLUENCE_MS = 5000;

type Shown = Omit<Snapshot, 'place' | 'fluence'> & { readonly fluence?: Snapshot['fluence'] | undefined };

const NOTHING: Parameters<typeof snapshotArray>[0] = { probes: {}, objects: {}, positions: {}, frames: [] };

export class RunSource implements PageSource {
  readonly source: Source;
  readonly #tracker: RunTracker;
  readonly #run: Run;
  readonly #software: string;
  readonly #listeners: ((change: Change) => void)[] = [];
  #wants: readonly Want[] = [];
  #shown: Shown | undefined;
  /** (rows, cols) of frames by scan, once one was seen. */
  readonly #shapes = new Map<string, readonly [number, number]>();
  #hasEnded = false;
  #isTaking = false;
  /** The model may have changed since the last snapshot was asked for. */
  #isOld = true;
  /** When photons were counted last. */
  #litAt = -Infinity;
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
    return this.#tracker.state();
  }

  get history(): PageSource['history'] {
    return this.#tracker.history;
  }

  get log(): PageSource['log'] {
    return { dropped: this.#tracker.dropped, lines: this.#tracker.lines };
  }

  #hear(event: RunEvent): void {
    this.#tracker.hear(event, Date.now());
    this.#tell('state');
    this.#tell('log');
    if (event.event !== 'iteration') return;
    this.#isOld = true;
    this.#tell('history');
    void this.#refresh();
  }

  pause(isPaused: boolean): void {
    this.#tracker.pause(isPaused);
    this.#tell('state');
  }

  /** A line for the log, as who did what. */
  note(text: string): void {
    this.#tracker.tell({ time: Date.now(), level: 'info', text });
    this.#tell('log');
  }

  #end(how: 'ended' | 'stopped' | 'failed', result: Result | undefined): void {
    this.#hasEnded = true;
    this.#tracker.end(how);
    if (result !== undefined) this.#show({ ...result, frames: this.#shown?.frames ?? [] });
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

  watch(wants: readonly Want[]): void {
    const before = JSON.stringify(this.#options());
    this.#wants = wants;
    // Other frames are wanted of the same state.
    if (JSON.stringify(this.#options()) !== before) this.#isOld = true;
    void this.#refresh();
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Asks for snapshots as long as somebody looks and there is something new, one at a time. */
  async #refresh(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    try {
      while (this.#isOld && !this.#hasEnded && (this.#wants.length > 0 || this.#shown === undefined)) {
        this.#isOld = false;
        const start = performance.now();
        try {
          this.#show(await this.#run.snapshot(this.#options()));
        } catch (error) {
          // No such frame, or the run has ended: pictures stay as they are.
          if (this.state.status !== 'ended') this.note(`no picture: ${messageOf(error)}`);
        }
        const took = performance.now() - start;
        await new Promise((resolve) => setTimeout(resolve, Math.max(LEAST_MS - took, 0)));
      }
    } finally {
      this.#isTaking = false;
    }
  }

  #options(): SnapshotOptions {
    const isLit = this.#wants.some(({ what }) => what === 'coverage');
    const fluence = isLit && performance.now() - this.#litAt > FLUENCE_MS;
    const frames = this.#wants.filter((want) => want.what === 'frame');
    if (frames.length === 0) return { frames: 'none', fluence };
    const indices = frames.flatMap(({ index }) => index ?? []);
    return { frames: indices.length < frames.length ? 'newest' : indices, fluence };
  }

  #show(shown: Shown): void {
    if (shown.fluence !== undefined) this.#litAt = performance.now();
    const before = JSON.stringify(this.#shown?.config);
    // Others are shown with the fluence of the last that has one.
    this.#shown = { ...shown, fluence: shown.fluence ?? this.#shown?.fluence };
    if (JSON.stringify(shown.config) !== before) this.#tell('parameters');
    for (const { scan, measured } of shown.frames) {
      this.#shapes.set(scan, [measured.shape[0], measured.shape[1]]);
    }
    this.#tracker.adopt(shown.history);
    this.sequence++;
    this.time = Date.now();
    this.#description = this.#describe(shown);
    const lasting = JSON.stringify({ ...this.#description, sequence: 0 });
    if (lasting !== this.#lasting) {
      this.#lasting = lasting;
      this.#tell('description');
    }
    this.#tell('pictures');
  }

  #describe(shown: Shown): Description {
    return {
      source: this.source.id,
      sequence: this.sequence,
      objects: Object.entries(shown.objects).map(([id, field]) => fieldInfo(id, field, false)),
      probes: Object.entries(shown.probes).map(([id, field]) => fieldInfo(id, field, true)),
      scans: scanInfos(shown.positions, this.#shapes),
      facts: [{ name: 'software', value: this.#software }],
    };
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
