/** A scan that is to be prepared, as a page looks at it. Its frames are read in a thread of their own, from when somebody looks. */
import { basename } from 'node:path';
import { DataError, messageOf } from '../../errors.ts';
import type { PreviewPlanes, PreviewTask } from '../../run/preview/messages.ts';
import { Preview, type PreviewNews } from '../../run/preview/preview.ts';
import type { PreviewState, Saved } from '../../run/preview/state.ts';
import type { MaskEdit } from '../../scan/prepare/mask-edits.ts';
import { RequestError } from '../files/messages.ts';
import { rangeOf } from '../pictures/reduce.ts';
import type { Description, LogLine, PreparationRequest, Source, Want } from '../protocol/messages.ts';
import type { Change, PageSource, UnsentPicture } from './page-source.ts';

/** Characters of edits, as JSON, that are kept of a viewer; viewers whose edits are kept. */
const MOST_EDITS = 8 * 2 ** 20;
const MOST_VIEWERS = 32;

export class ScanSource implements PageSource {
  readonly source: Source;
  readonly history = [];
  readonly state = undefined;
  sequence = 0;
  time = 0;
  readonly #task: PreviewTask;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #lines: LogLine[] = [];
  /** By viewers. */
  readonly #edits = new Map<string, readonly MaskEdit[]>();
  #preview: Preview | undefined;
  #state: PreviewState | undefined;
  #failure: Error | undefined;
  #statistics: PreviewPlanes | undefined;
  #saved: Saved | null = null;
  /** The frame that was read last. */
  #frame: { readonly index: number; readonly frame: Promise<PreviewPlanes> } | undefined;

  constructor(task: PreviewTask) {
    const name = `${basename(task.file)} · ${task.entry.label}`;
    this.source = { id: `scan:${task.file}:${task.entry.label}`, name, kind: 'scan' };
    this.#task = task;
  }

  get log(): PageSource['log'] {
    return { dropped: 0, lines: this.#lines };
  }

  describe(): Promise<Description | undefined> {
    const { label } = this.#task.entry;
    this.#running();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#state === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      ...{ source: this.source.id, sequence: this.sequence, objects: [], probes: [], scans: [], facts: [] },
      preparation: { ...this.#state, label, config: basename(this.#task.file), saved: this.#saved },
    });
  }

  async picture(want: Want): Promise<UnsentPicture | undefined> {
    const statistics = this.#statistics;
    if (statistics === undefined) return undefined;
    if (want.what === 'statistics') return planesPicture(statistics, 0);
    if (want.what !== 'raw') return undefined;
    const { index } = want;
    if (this.#frame?.index !== index) this.#frame = { index, frame: this.#running().frame(index) };
    return planesPicture(await this.#frame.frame, index);
  }

  array(): Promise<never> {
    return Promise.reject(
      new RequestError(404, 'arrays of raw frames are in the files that the scan is read from'),
    );
  }

  /** What is known of them stands in the description. */
  parameters(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  watch(): void {
    return;
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Does what the viewer `by` asks; what was done, for people. Rejects with an `Error` whose message may be shown. */
  async control(by: string, request: PreparationRequest): Promise<string> {
    switch (request.do) {
      case 'stop reading':
        this.#running().stop();
        return 'no more frames are read';
      case 'edit mask':
        this.#keep(by, [...(this.#edits.get(by) ?? []).slice(0, request.from), ...request.edits]);
        return 'noted';
      case 'save preparation': {
        const { masked, values, into } = request;
        const edits = this.#edits.get(by) ?? [];
        this.#saved = await this.#running().save({ edits, masked, values, into });
        this.#tell('description');
        const { mask, config } = this.#saved;
        const files = [mask, config].filter((name) => name !== null);
        if (files.length === 0) throw new DataError('there is nothing to save: no pixel was masked here');
        return `wrote ${files.join(' and ')}`;
      }
    }
  }

  async close(): Promise<void> {
    await this.#preview?.close();
  }

  #keep(by: string, edits: readonly MaskEdit[]): void {
    if (JSON.stringify(edits).length > MOST_EDITS) throw new DataError('these are too many edits of a mask');
    this.#edits.delete(by);
    this.#edits.set(by, edits);
    for (const oldest of this.#edits.keys()) {
      if (this.#edits.size <= MOST_VIEWERS) break;
      this.#edits.delete(oldest);
    }
  }

  #running(): Preview {
    this.#preview ??= new Preview(this.#task, (news) => {
      this.#hear(news);
    });
    return this.#preview;
  }

  #hear(news: PreviewNews): void {
    switch (news.kind) {
      case 'statistics':
        this.#statistics = news.statistics;
        this.sequence++;
        this.time = Date.now();
        this.#tell('pictures');
        break;
      case 'state':
        this.#state = news.state;
        this.#tell('description');
        break;
      case 'failed':
        this.#failure = news.error;
        this.#note('error', messageOf(news.error));
        this.#tell('description');
        break;
      case 'log':
        if (news.level !== 'debug') this.#note(news.level, news.text);
    }
  }

  #note(level: 'info' | 'warn' | 'error', text: string): void {
    this.#lines.push({ time: Date.now(), level: level === 'warn' ? 'warning' : level, text });
    this.#tell('log');
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function planesPicture({ shape, planes, values }: PreviewPlanes, index: number): UnsentPicture {
  const [rows, cols] = shape;
  const range = rangeOf(values.subarray(0, rows * cols), false);
  return { kind: 'real', planes, rows, cols, reduction: 1, index, psizeM: [1, 1], range, values };
}
