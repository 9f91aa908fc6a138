/** Reading the fields and the error history of a `.ptyr`, written by this library or by ptypy. */
import * as z from 'zod';
import { astype, isComplex, isNdArray, toNumbers, type NdArray } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { ERRORS, ITERATIONS, UNITS } from './progress.ts';
import { readParameters } from './parameters.ts';
import {
  storageId,
  type IterationRecord,
  type Remark,
  type ScanPositions,
  type StoredField,
} from './result.ts';

/** What a reconstruction file holds, by storage ID (`S<label>G00`) and scan label. */
export interface PtyrContent {
  readonly probes: Readonly<Record<string, StoredField>>;
  readonly objects: Readonly<Record<string, StoredField>>;
  /** By scan label, or by storage ID in files of ptypy; empty where a file has none. */
  readonly positions: Readonly<Record<string, ScanPositions>>;
  readonly history: readonly IterationRecord[];
  readonly remarks: readonly Remark[];
  /** The configuration of the run, as stored. */
  readonly config: unknown;
}

export const PROBES = 'content/probe';
export const OBJECTS = 'content/obj';
/** A group for each iteration, as ptypy has them. */
export const ITER_INFO = 'content/runtime/iter_info';

/** Reads a reconstruction of this program or of ptypy. Throws a `FileError` for what is not one. */
export async function readPtyr(file: string): Promise<PtyrContent> {
  const h5 = await openFile(file, 'r');
  try {
    return {
      probes: readFields(h5, PROBES),
      objects: readFields(h5, OBJECTS),
      positions: readPositions(h5),
      history: readHistory(h5),
      remarks: readRemarks(h5),
      config: readParameters(h5),
    };
  } finally {
    h5.close();
  }
}

/** Storage IDs of probes or objects. */
export function fieldIds(h5: H5File, path: string): string[] {
  if (h5.kind(path) === 'group') return h5.keys(path);
  throw new FileError(`${h5.path} has no group "${path}": not a .ptyr file`, { file: h5.path, entry: path });
}

export function readFields(h5: H5File, path: string): Record<string, StoredField> {
  const inPixels = idsInPixels(h5, path.slice(path.lastIndexOf('/') + 1));
  return Object.fromEntries(
    fieldIds(h5, path).map((id) => {
      const field = readField(h5, `${path}/${id}`);
      return [id, inPixels.has(id) ? { ...field, inPixels: true } : field];
    }),
  );
}

/** Storages (`probe` or `obj`) whose lengths are in pixels, because metres were not known. */
function idsInPixels(h5: H5File, kind: string): ReadonlySet<string> {
  const path = `${UNITS}/${kind}`;
  return new Set(h5.kind(path) === 'group' ? h5.keys(path) : []);
}

/** A field without layers has one. */
function asLayers(field: NdArray): NdArray {
  return field.shape.length === 2 ? { ...field, shape: [1, ...field.shape] } : field;
}

function readField(h5: H5File, path: string): StoredField {
  const file = h5.path;
  const data = asLayers(h5.read(`${path}/data`));
  if (data.shape.length !== 3 || !isComplex(data.dtype)) {
    throw new FileError(
      `${file}: ${path}/data is ${data.dtype} of shape (${data.shape.join(', ')}); expected complex (layers, rows, cols)`,
      { file, entry: `${path}/data` },
    );
  }
  const pair = (name: string): Pair => {
    const values = Array.from(toNumbers(h5.read(`${path}/${name}`)));
    return [values[0], values[1] ?? values[0]];
  };
  const psizeM = pair('_psize');
  const center = pair('_center');
  return {
    data,
    psizeM,
    originM:
      h5.kind(`${path}/_origin`) === 'dataset'
        ? pair('_origin')
        : [-center[0] * psizeM[0], -center[1] * psizeM[1]],
    energyKeV: h5.kind(`${path}/_energy`) === 'dataset' ? toNumbers(h5.read(`${path}/_energy`))[0] : NaN,
  };
}

/** By scan label, or by storage ID in files of ptypy; empty where a file has none. */
export function readPositions(h5: H5File): Record<string, ScanPositions> {
  const path = 'content/positions';
  if (h5.kind(path) !== 'group') return {};
  return Object.fromEntries(h5.keys(path).map((key) => [key, readScanPositions(h5, path, key)]));
}

/** A group by scan label; ptypy stores the bare positions by storage ID. */
function readScanPositions(h5: H5File, folder: string, key: string): ScanPositions {
  const path = `${folder}/${key}`;
  const isGroup = h5.kind(path) === 'group';
  const positions = readPairs(h5, isGroup ? `${path}/positions` : path);
  const measured = `${path}/measured`;
  const id = (name: string, otherwise: string): string =>
    h5.kind(`${path}/${name}`) === 'dataset' ? String(h5.readText(`${path}/${name}`)) : otherwise;
  const [probeId, objectId] = isGroup ? [id('probe', storageId(key)), id('obj', storageId(key))] : [key, key];
  return {
    indices: isGroup
      ? Array.from(toNumbers(h5.read(`${path}/indices`)))
      : Array.from({ length: positions.shape[0] }, (_, i) => i),
    positions,
    measured: h5.kind(measured) === 'dataset' ? readPairs(h5, measured) : positions,
    probeId,
    objectId,
  };
}

/** (n, 2) m. */
function readPairs(h5: H5File, entry: string): NdArray<'float64'> {
  const stored = h5.read(entry);
  if (stored.shape.length === 2 && stored.shape[1] === 2 && !isComplex(stored.dtype)) {
    return astype(stored, 'float64');
  }
  throw new FileError(
    `${h5.path}: ${entry} is ${stored.dtype} of shape (${stored.shape.join(', ')}); expected real (positions, 2)`,
    { file: h5.path, entry },
  );
}

export function readHistory(h5: H5File): IterationRecord[] {
  if (h5.kind(ITER_INFO) !== 'group') return [];
  if (h5.kind(ERRORS) !== 'group') return readEntries(h5);
  const records = readColumns(h5, h5.keys(ITER_INFO).length) ?? readEntries(h5);
  const measured = Object.entries(readTree(h5, ERRORS) as Record<string, unknown>).map(
    ([name, values]) => [name, numbers(values)] as const,
  );
  return records.map((record, i) => ({
    ...record,
    errors: Object.fromEntries(
      measured.flatMap(([name, values]) => (Number.isNaN(values[i]) ? [] : [[name, values[i]]])),
    ),
  }));
}

function readEntries(h5: H5File): IterationRecord[] {
  const list = readTree(h5, ITER_INFO);
  return Array.isArray(list) ? list.map(iterationRecord) : [];
}

/** Without errors; undefined where the file has no such arrays, or others than its `length` entries need. */
function readColumns(h5: H5File, length: number): IterationRecord[] | undefined {
  if (h5.kind(ITERATIONS) !== 'group') return undefined;
  const columns = readTree(h5, ITERATIONS) as Record<string, unknown>;
  const { names } = columns;
  const [engine, iteration, iterations, numiter, duration] = [
    'engine',
    'iteration',
    'iterations',
    'numiter',
    'duration',
  ].map((name) => numbers(columns[name]));
  const all = [engine, iteration, iterations, numiter, duration];
  if (!Array.isArray(names) || all.some((values) => values.length !== length)) return undefined;
  return engine.map((k, i) => ({
    engine: String(names[k]),
    iteration: iteration[i],
    iterations: iterations[i],
    numiter: numiter[i],
    seconds: duration[i],
    errors: {},
  }));
}

const REMARKS = 'content/runtime/remarks';

const STORED_REMARKS = z.array(
  z.object({
    by: z.string(),
    what: z.string(),
    engine: z.string(),
    iteration: z.number(),
    iterations: z.number(),
  }),
);

/** What was done to the run on its way; files of ptypy do not hold that. */
export function readRemarks(h5: H5File): Remark[] {
  return h5.kind(REMARKS) === 'group' ? (STORED_REMARKS.safeParse(readTree(h5, REMARKS)).data ?? []) : [];
}

/** As files of ptypy have it, and ours of earlier versions with the errors by name. */
function iterationRecord(entry: Readonly<Record<string, unknown>>): IterationRecord {
  const number = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : NaN);
  const [magnitude = NaN, photon = NaN, exit = NaN] = numbers(entry.error);
  const named = entry.errors;
  return {
    engine: String(entry.engine),
    iteration: number('iteration'),
    iterations: number('iterations'),
    numiter: number('numiter'),
    seconds: number('duration'),
    errors:
      typeof named === 'object' && named !== null
        ? (named as Record<string, number>)
        : { magnitude, photon, exit },
  };
}

function numbers(value: unknown): number[] {
  if (isNdArray(value)) return Array.from(toNumbers(value));
  return Array.isArray(value) ? value.filter((x): x is number => typeof x === 'number') : [];
}
