/** The packages of one scan as they come from where it is prepared: a thread of its own, or this one. On the master only. */
import { MessageChannel, Worker } from 'node:worker_threads';
import { errorFromPlain, RankError } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { Listeners } from '../options.ts';
import type { FeedTask, FromFeed, PlainPackage, ToFeed } from './feed-messages.ts';
import { serveFeed } from './feed-thread.ts';

/** Where a scan is prepared. */
interface Preparation {
  readonly tell: (message: ToFeed) => void;
  /** It is over, and nothing more is heard. */
  readonly exited: Promise<void>;
}

export class ScanFeed {
  readonly label: string;
  /** No more packages will come. */
  ended = false;
  /** What ended it before its time. */
  error: Error | undefined;
  readonly #preparation: Preparation;
  #ready: PlainPackage[] = [];
  /** Whoever takes packages has been told of the end. */
  #endTold = false;
  #onNews: () => void;

  /**
   * `place` is a module that calls `serveFeed` in a thread, or the scan itself, which cannot leave this one; `onNews` is called whenever
   * there is something to take, and at the end.
   */
  constructor(place: URL | PtyScan, task: FeedTask, listeners: Listeners, onNews: () => void) {
    this.label = task.entry.label;
    this.#onNews = onNews;
    this.#preparation =
      place instanceof URL ? this.#inThread(place, task, listeners) : this.#here(place, task, listeners);
  }

  #inThread(thread: URL, task: FeedTask, listeners: Listeners): Preparation {
    const worker = new Worker(thread, { workerData: task });
    worker.on('message', (message: FromFeed) => {
      this.#hear(message, listeners);
    });
    worker.on('error', (error) => {
      this.#end(error);
    });
    const exited = new Promise<void>((resolve) => {
      worker.on('exit', (code) => {
        if (!this.ended)
          this.#end(new RankError(`the preparation of ${this.label} ended with code ${code}`, 0));
        resolve();
      });
    });
    return {
      exited,
      tell: (message) => {
        worker.postMessage(message);
      },
    };
  }

  #here(scan: PtyScan, task: FeedTask, listeners: Listeners): Preparation {
    const { port1: port, port2 } = new MessageChannel();
    port.on('message', (message: FromFeed) => {
      this.#hear(message, listeners);
    });
    const exited = new Promise<void>((resolve) => {
      port.on('close', resolve);
    });
    const registry = new ScanRegistry();
    void serveFeed(port2, task, () => Promise.resolve(registry), new Map([[this.label, scan]]));
    return {
      exited,
      tell: (message) => {
        port.postMessage(message);
      },
    };
  }

  /** Something to take, or an end that nobody was told of: a scan that is over is news once. */
  get hasNews(): boolean {
    return this.#ready.length > 0 || (this.ended && !this.#endTold);
  }

  /** Whoever takes packages has nothing to do without the next. */
  wants(): void {
    if (!this.ended) this.#tell({ kind: 'wanted' });
  }

  /** Another scan goes on. */
  othersGoOn(): void {
    if (!this.ended) this.#tell({ kind: 'others' });
  }

  /** What has come since the last time. */
  take(): readonly PlainPackage[] {
    const packages = this.#ready;
    this.#ready = [];
    this.#endTold = this.ended;
    if (packages.length > 0) this.#tell({ kind: 'taken', packages: packages.length });
    return packages;
  }

  /** The chunk at hand is finished and saved; returns when the thread is gone. */
  async stop(): Promise<void> {
    this.#onNews = () => undefined;
    this.#tell({ kind: 'stop' });
    await this.#preparation.exited;
  }

  #tell(message: ToFeed): void {
    this.#preparation.tell(message);
  }

  #hear(message: FromFeed, { onEvent, log }: Listeners): void {
    switch (message.kind) {
      case 'event':
        onEvent(message.event);
        break;
      case 'log':
        log[message.level](message.text, message.topic);
        break;
      case 'package':
        this.#ready.push(message.package);
        this.#onNews();
        break;
      case 'ended':
        this.#end();
        break;
      case 'failed':
        this.#end(errorFromPlain(message.error));
        break;
    }
  }

  #end(error?: Error): void {
    this.ended = true;
    this.error ??= error;
    this.#onNews();
  }
}
