/** The packages of all scans, for all ranks, while they are still being prepared. All calls are collective. */
import { sliceFirst, type NdArray } from '../../array/ndarray.ts';
import { errorFromPlain, plainError, type PlainError } from '../../errors.ts';
import type { Chunk, Meta } from '../../frames/chunk.ts';
import type { DataPackage } from '../../frames/package.ts';
import { LoadBalance } from '../../parallel/balance.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import { makePackage } from '../../scan/make-package.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { Desk } from '../control/desk.ts';
import type { RequestName } from '../control/requests.ts';
import type { Listeners } from '../options.ts';
import type { FeedTask, PlainPackage } from './feed-messages.ts';
import { ScanFeed } from './scan-feed.ts';

/** What came, by scan. */
export type Fed = ReadonlyMap<string, readonly DataPackage[]>;

interface Announcement {
  /** Packages of each scan, by its number. */
  readonly counts: readonly number[];
  readonly ended: boolean;
  readonly error: PlainError | undefined;
}

/** Of a package, all but the frames. */
interface Head {
  readonly common: Meta;
  readonly num: number;
  readonly indices: readonly number[];
  readonly positions: NdArray<'float64'>;
}

/** What a rank has for itself. */
type Part = Pick<Chunk, 'indicesNode' | 'data' | 'weights'>;

interface TakeOptions {
  readonly wait?: boolean;
  readonly wanted?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Ends the wait when it is asked for something, for `only` this if that is given. */
  readonly desk?: Desk | undefined;
  readonly only?: RequestName | undefined;
}

export class Feed {
  readonly #communicator: Communicator;
  readonly #labels: readonly string[];
  readonly #balances: readonly LoadBalance[];
  /** On the master. */
  readonly #scans: readonly ScanFeed[];
  #ended = false;
  #wake: (() => void) | undefined;

  /** Starts a thread for each scan, with a module that calls `serveFeed`; scans that are `here` already are prepared in this one. */
  constructor(
    thread: URL,
    tasks: readonly FeedTask[],
    communicator: Communicator,
    listeners: Listeners,
    here: ReadonlyMap<string, PtyScan> = new Map(),
  ) {
    this.#communicator = communicator;
    this.#labels = tasks.map(({ entry }) => entry.label);
    this.#balances = tasks.map(() => new LoadBalance(communicator.size));
    this.#scans = isMaster(communicator)
      ? tasks.map((task) => {
          const { label } = task.entry;
          return new ScanFeed(here.get(label) ?? thread, task, listeners, () => {
            this.#wake?.();
            for (const scan of this.#scans) if (scan.label !== label) scan.othersGoOn();
          });
        })
      : [];
  }

  /** Everything has been taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * What has come since the last time, each rank's share of it; with `wait` only when there is something, or the end. Scans with
   * labels in `wanted` need not gather frames while that is waited for. Throws what ended the preparation of a scan before its time, when all that came before is taken.
   */
  async take({ wait = false, wanted = this.#labels, ...waits }: TakeOptions = {}): Promise<Fed> {
    if (wait) await this.#news(wanted, waits);
    const taken = this.#scans.map((scan) => scan.take());
    const announcement = await this.#communicator.broadcast<Announcement>({
      counts: taken.map((packages) => packages.length),
      ended: this.#scans.every((scan) => scan.ended),
      error: this.#error(),
    });
    const { counts, ended, error } = announcement;
    const fed = new Map<string, DataPackage[]>();
    for (const [i, count] of counts.entries()) {
      const packages: DataPackage[] = [];
      for (let k = 0; k < count; k++) {
        const own = taken.at(i)?.[k];
        packages.push(await (own === undefined ? this.#receive() : this.#share(own, this.#balances[i])));
      }
      if (count > 0) fed.set(this.#labels[i], packages);
    }
    // What came before an error is good.
    if (error !== undefined && fed.size === 0) throw errorFromPlain(error);
    this.#ended = ended && error === undefined;
    return fed;
  }

  /** Ends what still runs; what is at hand is saved. */
  async close(): Promise<void> {
    await Promise.all(this.#scans.map((scan) => scan.stop()));
  }

  #error(): PlainError | undefined {
    const failed = this.#scans.find(({ error }) => error !== undefined);
    return failed === undefined ? undefined : plainError(failed.error);
  }

  /** On the master: something to take, an end, or the signal. One scan may be over long before another has its first frame. */
  async #news(
    wanted: readonly string[],
    { signal, desk, only }: Pick<TakeOptions, 'signal' | 'desk' | 'only'>,
  ): Promise<void> {
    const scans = this.#scans;
    const isQuiet = (): boolean =>
      !scans.some(({ hasNews, error }) => hasNews || error !== undefined) &&
      !scans.every(({ ended }) => ended);
    if (isQuiet()) for (const scan of scans) if (wanted.includes(scan.label)) scan.wants();
    while (isQuiet()) {
      if (signal?.aborted === true || desk?.isWanted(only) === true) return;
      await new Promise<void>((resolve) => {
        const off = desk?.onRequest(wake);
        function wake(): void {
          off?.();
          signal?.removeEventListener('abort', wake);
          resolve();
        }
        this.#wake = wake;
        signal?.addEventListener('abort', wake);
      });
    }
  }

  /** On the master: everybody's frames to them. The package with its own. */
  async #share({ common, chunk }: PlainPackage, balance: LoadBalance): Promise<DataPackage> {
    const communicator = this.#communicator;
    if (communicator.size === 1) return makePackage(chunk, common);
    const { num, indices, positions } = chunk;
    await communicator.broadcast<Head>({ common, num, indices, positions });
    const counts = balance.assign(indices.length);
    let start = counts[0];
    for (let rank = 1; rank < communicator.size; rank++) {
      await communicator.send(framesBetween(chunk, start, start + counts[rank]), rank);
      start += counts[rank];
    }
    return makePackage({ num, indices, positions, ...framesBetween(chunk, 0, counts[0]) }, common);
  }

  /** On the other ranks: the package with their frames. */
  async #receive(): Promise<DataPackage> {
    const { common, ...rest } = await this.#communicator.broadcast({} as Head);
    return makePackage({ ...rest, ...(await this.#communicator.receive<Part>(0)) }, common);
  }
}

function framesBetween({ indices, data, weights }: Chunk, start: number, stop: number): Part {
  return {
    indicesNode: indices.slice(start, stop),
    data: sliceFirst(data, start, stop),
    weights: weights.shape.length === 3 ? sliceFirst(weights, start, stop) : weights,
  };
}
