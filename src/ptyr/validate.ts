/** Whether a `.ptyr` is whole: what it must hold is there, agrees with the rest, and is made of numbers. */
import { isNdArray, toNumbers, type NdArray } from '../array/ndarray.ts';
import { FileError, messageOf } from '../errors.ts';
import { verifyChecksum } from '../hdf5/checksum.ts';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import { readParameters } from './parameters.ts';
import { STATE, wavesPath } from './progress.ts';
import { fieldIds, OBJECTS, PROBES, readFields, readHistory, readPositions } from './reader.ts';
import { readPoint } from './resume.ts';

export interface PtyrReport {
  /** Shapes (layers, rows, cols) by storage ID. */
  readonly probes: Readonly<Record<string, readonly number[]>>;
  readonly objects: Readonly<Record<string, readonly number[]>>;
  readonly iterations: number;
  /** Of the last iteration; undefined where there is no history. */
  readonly engine: string | undefined;
  /** Whether engines resume from it with the same bits. */
  readonly hasState: boolean;
  /** Whether it holds a configuration. */
  readonly hasConfig: boolean;
  /** Written by this library. */
  readonly isOwn: boolean;
  /** What is wrong, each with the entry that it is about. */
  readonly problems: readonly string[];
}

/** Throws a `FileError` for what cannot be opened. */
export async function validatePtyr(file: string): Promise<PtyrReport> {
  const h5 = await openFile(file, 'r');
  try {
    return report(h5);
  } finally {
    h5.close();
  }
}

/** Throws a `FileError` that lists all problems. */
export function requireValidPtyr({ problems }: PtyrReport, file: string): void {
  if (problems.length > 0) throw new FileError(`${file} is not valid:\n  ${problems.join('\n  ')}`, { file });
}

function report(h5: H5File): PtyrReport {
  const problems: string[] = [];
  const attempt = <T>(otherwise: T, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      problems.push(messageOf(error));
      return otherwise;
    }
  };
  const fields = (path: string): Record<string, readonly number[]> => {
    const found = attempt({}, () => readFields(h5, path));
    for (const [id, { data, psizeM, originM }] of Object.entries(found)) {
      noteNumbers(problems, `${path}/${id}/data`, data);
      if (!psizeM.every((size) => size > 0 && size < Infinity)) {
        problems.push(`${path}/${id}/_psize: ${psizeM.join(', ')} m is no pixel size`);
      }
      if (!originM.every(Number.isFinite)) problems.push(`${path}/${id}/_origin: not a number`);
    }
    if (Object.keys(found).length === 0 && attempt(['?'], () => fieldIds(h5, path)).length === 0) {
      problems.push(`${path}: holds none`);
    }
    return Object.fromEntries(Object.entries(found).map(([id, { data }]) => [id, data.shape]));
  };
  const [probes, objects] = [fields(PROBES), fields(OBJECTS)];
  for (const [label, { indices, positions }] of Object.entries(attempt({}, () => readPositions(h5)))) {
    noteNumbers(problems, `content/positions/${label}`, positions);
    if (indices.length !== positions.shape[0]) {
      problems.push(
        `content/positions/${label}: ${indices.length} indices for ${positions.shape[0]} positions`,
      );
    }
  }
  const history = attempt([], () => readHistory(h5));
  const config = attempt(undefined, () => readParameters(h5));
  const point = attempt(undefined, () => readPoint(h5));
  const hasState = h5.kind(STATE) === 'group';
  if (hasState)
    attempt(undefined, () => {
      noteState(h5, problems);
    });
  return {
    probes,
    objects,
    iterations: history.length,
    engine: history.at(-1)?.engine,
    hasState,
    hasConfig: config !== undefined,
    isOwn: point !== undefined || h5.kind('ptyflow') === 'group',
    problems,
  };
}

/** Exit waves by their checksums, all else by its numbers. */
function noteState(h5: H5File, problems: string[]): void {
  for (const part of ['arrays', 'probe', 'obj'] as const) {
    const tree = h5.kind(`${STATE}/${part}`) === 'group' ? readTree(h5, `${STATE}/${part}`) : {};
    for (const [name, array] of Object.entries(tree as Record<string, unknown>)) {
      if (isNdArray(array)) noteNumbers(problems, `${STATE}/${part}/${name}`, array);
    }
  }
  for (let number = 0; h5.kind(wavesPath(number)) === 'dataset'; number++) {
    const path = wavesPath(number);
    const views = h5.info(wavesPath(number, 'indices')).shape[0];
    const [waves] = h5.info(path).shape;
    if (views !== waves) problems.push(`${path}: ${waves} waves for ${views} indices`);
    if (verifyChecksum(h5, path) === 'mismatch') problems.push(`${path}: the checksum is wrong: damaged`);
  }
}

function noteNumbers(problems: string[], entry: string, array: NdArray): void {
  let bad = 0;
  for (const value of toNumbers(array)) bad += Number.isFinite(value) ? 0 : 1;
  if (bad > 0) problems.push(`${entry}: ${bad} of ${array.data.length} values are not finite numbers`);
}
