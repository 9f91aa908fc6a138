/** A `.ptyd` checked down to its bytes: structure, shapes, that everything can be read, and the checksums of the chunks. */
import { astype } from '../../array/ndarray.ts';
import { FileError, messageOf, PtyflowError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { verifyChecksum } from '../../hdf5/checksum.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { consoleLog, type Log } from '../../log.ts';
import { chunkPath } from '../format.ts';
import type { StoredGeometry } from './meta-geometry.ts';
import { PtydReader } from './reader.ts';

export interface PtydReport {
  readonly frames: number;
  /** Frames the scan will have, where the file says so. */
  readonly expected: number | undefined;
  readonly chunks: number;
  /** Linked chunks that are not there (yet). */
  readonly pending: readonly string[];
  readonly frameShape: Pair | undefined;
  /** Datasets whose checksum was right. */
  readonly verified: number;
  /** Datasets without a checksum (written by other programs); they could be read. */
  readonly unverified: number;
  readonly problems: readonly string[];
  /** What is odd and can be used nevertheless. */
  readonly warnings: readonly string[];
  readonly geometry: StoredGeometry;
}

const CONTENT = ['data', 'positions', 'indices', 'weights'] as const;

/**
 * Throws a FileError when the structure itself is broken; what is wrong with single datasets is listed. `log` hears how frames are
 * read nevertheless.
 */
export async function validatePtyd(file: string, log: Log = consoleLog): Promise<PtydReport> {
  const reader = new PtydReader(file, log);
  await reader.refresh();
  const { geometry, problems: wrong } = reader.content;
  const problems = wrong.map((problem) => `${file}: ${problem}`);
  if (reader.frames === 0) {
    const { expected } = reader;
    problems.push(
      `${file} holds no frames${expected === undefined ? '' : `, of ${expected} that it announces`}`,
    );
  }
  let [verified, unverified] = [0, 0];
  const h5 = await openFile(file, 'r');
  try {
    for (const chunk of reader.chunks) {
      for (const name of CONTENT) {
        const path = `${chunkPath(chunk.name)}/${name}`;
        if (h5.kind(path) !== 'dataset') continue;
        const state = checkDataset(h5, path);
        if (state === 'ok') verified++;
        else if (state === 'absent') unverified++;
        else problems.push(`${file}: ${state}`);
      }
      const odd = oddPosition(h5, `${chunkPath(chunk.name)}/positions`);
      if (odd !== undefined) {
        problems.push(`${file}: ${odd}`);
      }
    }
  } finally {
    h5.close();
  }
  const { expected, frames, remarks: warnings } = reader;
  return {
    frames,
    expected: expected === undefined ? undefined : Math.max(expected, frames),
    chunks: reader.chunks.length,
    pending: reader.pending,
    frameShape: reader.frameShape,
    verified,
    unverified,
    problems,
    warnings,
    geometry: { ...geometry, positions_unit: reader.positionsUnit },
  };
}

function checkDataset(h5: H5File, path: string): string {
  try {
    const state = verifyChecksum(h5, path);
    return state === 'mismatch'
      ? `${path} does not match its checksum: the data was changed or damaged`
      : state;
  } catch (error) {
    if (error instanceof PtyflowError) return `${path} cannot be read: ${messageOf(error)}`;
    throw error;
  }
}

/** Positions that are no numbers. */
function oddPosition(h5: H5File, path: string): string | undefined {
  const values = astype(h5.read(path), 'float64').data;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  return wrong === -1
    ? undefined
    : `${path} holds ${values[wrong]} for frame ${wrong >> 1}; expected numbers`;
}

/** Throws one FileError for everything that was found. */
export function requireValid(report: PtydReport, file: string): void {
  if (report.problems.length > 0) throw new FileError(report.problems.join('\n'), { file });
}
