/** Frames that have been prepared, for whoever wants to see them before there is a model: served between two chunks. */
import { ndarray } from '../../array/ndarray.ts';
import type { DataPackage } from '../../frames/package.ts';
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import { requireChoice } from './asked-frames.ts';
import type { Desk } from './desk.ts';
import { KeptScan } from './prepared-scan.ts';
import type { AskedFrames, Prepared, PreparedFrame, PreparedScan } from './snapshot.ts';

interface Place {
  readonly communicator: Communicator;
  readonly desk?: Desk | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class PreparedFrames {
  readonly #place: Place;
  readonly #scans = new Map<string, KeptScan>();
  /** Somebody has asked, and will ask again. */
  #isWatched = false;

  constructor(place: Place) {
    this.#place = place;
  }

  /** Frames of a scan, each rank its own. `file`: where they are saved; else they are kept until they are released. */
  add(label: string, data: DataPackage, file?: string): void {
    if (this.#place.desk === undefined) return;
    const scan = this.#scans.get(label) ?? new KeptScan(label, file);
    this.#scans.set(label, scan);
    scan.add(data, this.#isWatched);
  }

  /** Keeps no frame of this scan any more: a model is made of them. */
  release(label: string): void {
    this.#scans.get(label)?.release();
  }

  /** Calls `wake` when somebody asks, until the function that it returns is called. */
  onRequest(wake: () => void): () => void {
    return this.#place.desk?.onRequest(wake) ?? (() => undefined);
  }

  /** Answers who asks. Collective. */
  async serve(): Promise<void> {
    const { communicator, desk, signal } = this.#place;
    const prepared = (given: { readonly frames?: AskedFrames | undefined } | undefined): Promise<Prepared> =>
      this.#answer(given?.frames ?? 'newest');
    await desk?.serve({ prepared }, communicator, signal);
  }

  /** Collective; what other ranks than the master are given is not complete. */
  async #answer(asked: AskedFrames): Promise<Prepared> {
    requireChoice(asked);
    this.#isWatched = true;
    const scans: [string, PreparedScan][] = [];
    const frames: PreparedFrame[] = [];
    for (const [label, scan] of this.#scans) {
      scan.count();
      const photons = await this.#photons(scan);
      const { indices, positions, meta } = scan;
      if (meta === undefined) continue;
      const n = indices.length;
      scans.push([
        label,
        {
          indices: [...indices],
          positions: ndarray('float64', [n, 2], Float64Array.from(positions)),
          photons: ndarray('float64', [n], photons),
          meta,
        },
      ]);
      frames.push(...(await this.#frames(scan, asked)));
    }
    return { scans: Object.fromEntries(scans), frames };
  }

  async #photons({ indices, photons }: KeptScan): Promise<Float64Array> {
    const all = new Map((await this.#place.communicator.gather([...photons]))?.flat());
    return Float64Array.from(indices, (index) => all.get(index) ?? NaN);
  }

  async #frames(scan: KeptScan, asked: AskedFrames): Promise<PreparedFrame[]> {
    const { communicator } = this.#place;
    const there = new Set(scan.indices);
    const points =
      asked === 'none'
        ? []
        : asked === 'newest'
          ? scan.indices.slice(-1)
          : [...new Set(asked)].filter((index) => there.has(index));
    const kept = (await communicator.gather(scan.kept(points)))?.flat() ?? [];
    if (!isMaster(communicator)) return [];
    const left = points.filter((point) => !kept.some(({ index }) => index === point));
    const all = [...kept, ...(await scan.saved(left))];
    return points.flatMap((point) => all.find(({ index }) => index === point) ?? []);
  }
}
