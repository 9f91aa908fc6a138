/** One thread that reads files, and the requests that wait for it. */
import { Worker } from 'node:worker_threads';
import { RequestError, type FileRequest, type FromFiles, type Served } from './messages.ts';

export interface Waiting {
  readonly request: FileRequest;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Requests that may wait for one thread. */
const MOST_WAITING = 200;

/** A thread that takes too long, or whose library broke down, gives way to a fresh one. */
export class FileWorker {
  readonly #thread: URL;
  readonly #served: Served;
  readonly #log: (text: string) => void;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #busy: { readonly id: number; readonly task: Waiting; readonly timer: NodeJS.Timeout } | undefined;
  #count = 0;
  #isClosed = false;

  constructor(thread: URL, served: Served, log: (text: string) => void) {
    this.#thread = thread;
    this.#served = served;
    this.#log = log;
  }

  /** Starts the thread before anything is asked. */
  start(): void {
    this.#running();
  }

  ask(task: Waiting): void {
    if (this.#isClosed || this.#waiting.length >= MOST_WAITING) {
      task.reject(new RequestError(503, this.#isClosed ? 'the server ends' : 'too many requests wait'));
      return;
    }
    task.signal?.addEventListener(
      'abort',
      () => {
        const at = this.#waiting.indexOf(task);
        if (at !== -1) this.#waiting.splice(at, 1);
        // What is being read is read to its end; nobody hears of it.
        task.reject(new RequestError(503, 'not wanted any more'));
      },
      { once: true },
    );
    this.#waiting.push(task);
    this.#next();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new RequestError(503, 'the server ends'));
    await this.#discard('the server ends');
  }

  #next(): void {
    if (this.#busy !== undefined) return;
    const task = this.#waiting.shift();
    if (task === undefined) return;
    const id = ++this.#count;
    const timer = setTimeout(() => {
      this.#log(`${JSON.stringify(task.request)}: given up after ${task.limitMs} ms`);
      void this.#discard(`it takes longer than ${task.limitMs / 1000} s`).then(() => {
        this.#next();
      });
    }, task.limitMs);
    this.#busy = { id, task, timer };
    this.#running().postMessage({ id, request: task.request });
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#thread, { workerData: this.#served });
    this.#worker = worker;
    worker.on('message', (message: FromFiles) => {
      if (worker === this.#worker) this.#settle(message);
    });
    worker.on('error', (error) => {
      this.#log(error.message);
      if (worker !== this.#worker) return;
      void this.#discard('cannot be read').then(() => {
        this.#next();
      });
    });
    worker.unref();
    return worker;
  }

  #settle(message: FromFiles): void {
    const busy = this.#busy;
    if (busy === undefined || busy.id !== message.id) return;
    clearTimeout(busy.timer);
    this.#busy = undefined;
    if ('answer' in message) busy.task.resolve(message.answer);
    else {
      if (message.detail !== message.message) this.#log(message.detail);
      busy.task.reject(new RequestError(message.isLost ? 503 : message.status, message.message));
      if (message.isLost) {
        void this.#discard('').then(() => {
          this.#next();
        });
        return;
      }
    }
    this.#next();
  }

  /** Ends the thread; the next request starts another. */
  async #discard(reason: string): Promise<void> {
    const [worker, busy] = [this.#worker, this.#busy];
    this.#worker = undefined;
    this.#busy = undefined;
    if (busy !== undefined) {
      clearTimeout(busy.timer);
      busy.task.reject(new RequestError(503, reason));
    }
    await worker?.terminate();
  }
}
