/** What a `.ptyr` says about resuming from it. Its large parts are read when they are asked for. */
import * as z from 'zod';
import { isNdArray, itemSize, sizeOf, toNumbers, type DType, type NdArray } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { EXIT, POINT, STATE, wavesPath, type RunPoint, type StoredState } from './progress.ts';
import { readParameters } from './parameters.ts';
import { reachedBy, type Reached } from './reached.ts';
import { fieldIds, OBJECTS, PROBES, readFields, readHistory, readPositions, readRemarks } from './reader.ts';
import type { IterationRecord, Remark, ScanPositions, StoredField } from './result.ts';

export interface ResumeHead {
  /** The configuration as stored, its members in the order of names; undefined when there is none. */
  readonly config: unknown;
  readonly history: readonly IterationRecord[];
  readonly remarks: readonly Remark[];
  /** Storage IDs. */
  readonly probes: readonly string[];
  readonly objects: readonly string[];
  /** By scan label, where they are known. */
  readonly positions: ReadonlyMap<string, ScanPositions>;
  /** Undefined for files of other programs. */
  readonly point: RunPoint | undefined;
  /** Of files of other programs, how far their run is, if they say so. */
  readonly reached: Reached | undefined;
  /** Name of the run, if it is known. */
  readonly run: string | undefined;
  readonly hasState: boolean;
}

const RUN_POINT = z.object({
  run: z.string(),
  output: z.string().nullable(),
  scans: z.array(z.string()),
  engines: z.array(z.object({ key: z.string(), name: z.string() })),
  engine: z.string(),
  iteration: z.int().min(0),
});

/** Throws a `FileError` for a file that is no `.ptyr`, or damaged. */
export function readResumeHead(file: string): Promise<ResumeHead> {
  return reading(file, (h5) => {
    const [config, history, point] = [readParameters(h5), readHistory(h5), readPoint(h5)];
    return {
      config,
      history,
      remarks: readRemarks(h5),
      probes: fieldIds(h5, PROBES),
      objects: fieldIds(h5, OBJECTS),
      positions: new Map(Object.entries(readPositions(h5))),
      point,
      reached: point === undefined ? reachedBy(config, history) : undefined,
      run: point?.run ?? readRunName(h5),
      hasState: h5.kind(STATE) === 'group',
    };
  });
}

/** Probes and objects with all the digits that are there. */
export function readExactFields(
  file: string,
): Promise<{ probes: Record<string, StoredField>; objects: Record<string, StoredField> }> {
  return reading(file, (h5) => {
    const exact = (path: string, stateful: string): Record<string, StoredField> => {
      const finer = h5.kind(stateful) === 'group' ? arraysOf(h5, stateful) : {};
      const fields = Object.entries(readFields(h5, path));
      return Object.fromEntries(
        fields.map(([id, field]) => [id, Object.hasOwn(finer, id) ? { ...field, data: finer[id] } : field]),
      );
    };
    return { probes: exact(PROBES, `${STATE}/probe`), objects: exact(OBJECTS, `${STATE}/obj`) };
  });
}

/** State of the engine, exit waves left out; `hasExit` says whether there are any. */
export function readStoredState(
  file: string,
): Promise<Pick<StoredState, 'numbers' | 'arrays'> & { hasExit: boolean }> {
  return reading(file, (h5) => ({
    numbers: readTree(h5, `${STATE}/numbers`) as Record<string, number>,
    arrays: arraysOf(h5, `${STATE}/arrays`),
    hasExit: h5.keys(EXIT).length > 0,
  }));
}

/**
 * Takes exit waves (n, modes, rows, cols) of the views `first`, `first` + 1, … of those that were asked for, and the phase (rows,
 * cols) that they are multiplied by, if there is one.
 */
export type TakeWaves = (first: number, waves: NdArray, phase: NdArray | undefined) => void;

interface StoredWaves {
  /** Of the dataset. */
  readonly path: string;
  /** By scan-point index. */
  readonly rows: ReadonlyMap<number, number>;
  /** Rows to read at once. */
  readonly batch: number;
  readonly phase: NdArray | undefined;
}

/** Bytes of exit waves read at once. */
const BATCH_BYTES = 2 ** 24;

/** Stored exit waves of scan points. */
export class ExitReader {
  readonly #h5: H5File;
  /** By scan label. */
  readonly #scans = new Map<string, StoredWaves>();

  static async open(file: string): Promise<ExitReader> {
    return new ExitReader(await openFile(file, 'r'));
  }

  private constructor(h5: H5File) {
    this.#h5 = h5;
    for (let number = 0; h5.kind(wavesPath(number)) === 'dataset'; number++) {
      const path = wavesPath(number);
      const indices = Array.from(toNumbers(h5.read(wavesPath(number, 'indices'))));
      const { shape, dtype } = h5.info(path);
      const phase = wavesPath(number, 'phase');
      this.#scans.set(String(h5.readText(wavesPath(number, 'scan'))), {
        path,
        rows: new Map(indices.map((index, row) => [index, row])),
        batch: Math.max(1, Math.floor(BATCH_BYTES / (sizeOf(shape.slice(1)) * itemSize(dtype as DType)))),
        phase: h5.kind(phase) === 'dataset' ? h5.read(phase) : undefined,
      });
    }
  }

  /** Hands over the waves of those scan points of `indices` that are there, in runs that lie together. */
  read(scan: string, indices: readonly number[], take: TakeWaves): void {
    const stored = this.#scans.get(scan);
    if (stored === undefined) return;
    const { path, rows, batch, phase } = stored;
    for (let first = 0; first < indices.length;) {
      const start = rows.get(indices[first]);
      let count = 1;
      if (start !== undefined) {
        while (count < batch && rows.get(indices[first + count]) === start + count) count++;
        take(first, this.#h5.read(path, [{ start, stop: start + count }]), phase);
      }
      first += count;
    }
  }

  close(): void {
    this.#h5.close();
  }
}

async function reading<T>(file: string, read: (h5: H5File) => T): Promise<T> {
  const h5 = await openFile(file, 'r');
  try {
    return read(h5);
  } finally {
    h5.close();
  }
}

function readRunName(h5: H5File): string | undefined {
  const path = 'content/runtime/run';
  const name = h5.kind(path) === 'dataset' ? readTree(h5, path) : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Where the run of a file stands; undefined for files of other programs. */
export function readPoint(h5: H5File): RunPoint | undefined {
  if (h5.kind(POINT) !== 'group') return undefined;
  const { success, data } = RUN_POINT.safeParse(readTree(h5, POINT));
  const known = success && data.engines.some(({ key }) => key === data.engine);
  if (!known)
    throw new FileError(`${h5.path}: '${POINT}' does not state how far the run is`, {
      file: h5.path,
      entry: POINT,
    });
  return data;
}

function arraysOf(h5: H5File, path: string): Record<string, NdArray> {
  const tree = readTree(h5, path) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(tree).filter((entry): entry is [string, NdArray] => isNdArray(entry[1])),
  );
}
