/** Frames of reconstructions: where they are, and what the reconstruction makes of them. */
import { basename, dirname, join, relative } from 'node:path';
import { astype } from '../../array/ndarray.ts';
import { logTo } from '../../log.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';
import { readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import { frameRFactor } from '../../quality/frame-rfactors.ts';
import { findBackend } from '../../run/backend.ts';
import { preparedName, ResultFrames, resultScan, type ResultScan } from '../../run/results/result-frames.ts';
import { RequestError, type FrameAnswer, type RFactorAnswer, type Served } from './messages.ts';
import { versionOf } from './open-files.ts';
import { fileOf } from './served.ts';

/** Frames that are computed at once, and how long one answer may take, ms: others wait for the same thread. */
const BATCH = 16;
const LONGEST_MS = 1000;

interface Opened {
  readonly key: string;
  readonly scan: ResultScan;
  readonly frames: ResultFrames;
  readonly dispose: () => void;
}

export class ResultScans {
  readonly #served: Served;
  /** The last one: probe and object may be large. */
  #opened: Opened | undefined;

  constructor(served: Served) {
    this.#served = served;
  }

  /** Throws an `Error`, whose message may be shown, where the frames of a scan cannot be shown. */
  async scan(file: string, content: PtyrContent, label: string): Promise<ResultScan> {
    if (!Object.hasOwn(content.positions, label)) throw new RequestError(404, `there is no scan '${label}'`);
    const reader = new PtydReader(this.#dataOf(file, content, label), SILENT);
    await reader.refresh();
    return resultScan(content, label, reader);
  }

  /** By its scan-point index; null: the last. */
  async frame(file: string, label: string, index: number | null): Promise<FrameAnswer> {
    const { scan, frames } = await this.#at(file, label);
    const asked = index ?? Math.max(...scan.views.keys());
    if (!scan.views.has(asked)) throw new RequestError(404, `there is no frame of scan point ${asked}`);
    const [{ measured, model, weights }] = await frames.read([asked]);
    return {
      index: asked,
      measured: astype(measured, 'float32'),
      model: astype(model, 'float32'),
      mask: astype(weights, 'float32'),
    };
  }

  /** From number `from` of the frames on, as many as take no longer than others can wait. */
  async rfactors(file: string, label: string, from: number): Promise<RFactorAnswer> {
    const { scan, frames } = await this.#at(file, label);
    const indices = [...scan.views.keys()];
    const rfactors: number[] = [];
    const start = performance.now();
    while (from + rfactors.length < indices.length && performance.now() - start < LONGEST_MS) {
      const first = from + rfactors.length;
      for (const { measured, model, weights } of await frames.read(indices.slice(first, first + BATCH))) {
        rfactors.push(frameRFactor(measured, model, weights));
      }
    }
    return { indices: indices.slice(from, from + rfactors.length), rfactors, total: indices.length };
  }

  async #at(file: string, label: string): Promise<Opened> {
    const keyOf = ({ reader }: ResultScan): string =>
      [file, versionOf(file), label, versionOf(reader.file)].join('\n');
    if (this.#opened !== undefined && this.#opened.key === keyOf(this.#opened.scan)) return this.#opened;
    const scan = await this.scan(file, await readPtyr(file), label);
    const { backend } = await findBackend();
    this.#opened?.dispose();
    this.#opened = {
      ...{ key: keyOf(scan), scan },
      frames: new ResultFrames(scan, backend),
      dispose: () => {
        backend.dispose();
      },
    };
    return this.#opened;
  }

  /** As it is named, or a file of its name beside the reconstruction or above, as after a move to another machine. */
  #dataOf(file: string, content: PtyrContent, label: string): string {
    const named = preparedName(content, label);
    if (named === undefined) {
      throw new RequestError(404, 'the reconstruction names no prepared file (.ptyd) that holds its frames');
    }
    const own = basename(named);
    const levels = relative(this.#served.root, dirname(file)).split(/[\\/]/).length + 1;
    const above = Array.from({ length: levels }, (_, i) =>
      join(dirname(file), ...Array<string>(i).fill('..')),
    );
    const places = [named, ...above.flatMap((folder) => [join(folder, named), join(folder, own)])];
    for (const place of places) {
      try {
        return fileOf(this.#served, place);
      } catch {
        // Not there, or not served.
      }
    }
    throw new RequestError(
      404,
      `its frames are in ${own}, which is not among the files that are shown: give that file, or its folder, to ptyflow view too`,
    );
  }
}

/** What is odd in a prepared file stands among its own facts. */
const SILENT = logTo(() => undefined);
