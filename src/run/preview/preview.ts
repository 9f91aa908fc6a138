/** A look at the raw frames of a scan, in a thread of its own, as its owner has it. */
import { Worker } from 'node:worker_threads';
import { errorFromPlain } from '../../errors.ts';
import type { FromPreview, PreviewPlanes, PreviewTask, SaveRequest, ToPreview } from './messages.ts';
import type { PreviewState, Saved } from './state.ts';

const PREVIEW_THREAD = new URL('preview-entry.js', import.meta.url);

export type PreviewNews =
  | { readonly kind: 'state'; readonly state: PreviewState }
  | { readonly kind: 'statistics'; readonly statistics: PreviewPlanes }
  | Extract<FromPreview, { kind: 'log' }>
  | { readonly kind: 'failed'; readonly error: Error };

interface Waiting {
  readonly resolve: (answer: PreviewPlanes | Saved) => void;
  readonly reject: (error: Error) => void;
}

/** The thread starts at once and works until `close`. */
export class Preview {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;
  #failure: Error | undefined;

  constructor(task: PreviewTask, onNews: (news: PreviewNews) => void) {
    const worker = new Worker(PREVIEW_THREAD, { workerData: task });
    this.#worker = worker;
    const fail = (error: Error): void => {
      this.#failure = error;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
      onNews({ kind: 'failed', error });
    };
    worker.on('error', fail);
    worker.on('message', (message: FromPreview) => {
      if (message.kind === 'failed') fail(errorFromPlain(message.error));
      else if (message.kind === 'answer') this.#settle(message.id)?.resolve(message.answer);
      else if (message.kind === 'refusal') this.#settle(message.id)?.reject(errorFromPlain(message.error));
      else onNews(message);
    });
  }

  /** No more frames are read for the statistics. */
  stop(): void {
    this.#post({ kind: 'stop' });
  }

  /** Frame number `ordinal`, corrected. Rejects as its loader does. */
  frame(ordinal: number): Promise<PreviewPlanes> {
    return this.#ask((id) => ({ kind: 'frame', id, ordinal })) as Promise<PreviewPlanes>;
  }

  /** Writes a mask and a configuration. Rejects with an `Error` whose message may be shown. */
  save(request: SaveRequest): Promise<Saved> {
    return this.#ask((id) => ({ kind: 'save', id, request })) as Promise<Saved>;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: (id: number) => ToPreview): Promise<PreviewPlanes | Saved> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const id = ++this.#count;
      this.#waiting.set(id, { resolve, reject });
      this.#post(message(id));
    });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #post(message: ToPreview): void {
    this.#worker.postMessage(message);
  }
}
