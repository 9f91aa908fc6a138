/** How far a writer came that was stopped or killed: what its successor resumes from. */
import { dirname, join } from 'node:path';
import { DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import { readTree } from '../../hdf5/encoding.ts';
import { openFile, type H5File } from '../../hdf5/file.ts';
import { removeAbandoned } from '../../files/replace.ts';
import { obstacleError } from '../writing/backup.ts';
import { inspectChunk } from '../chunk-info.ts';
import { CHUNKS, chunkPath, encodeMeta, META } from '../format.ts';
import type { LinkTarget } from '../writing/contract.ts';
import { numberOf, pairOf, textOf } from './meta-values.ts';
import { isOwnSuffix, lookAtNames, type Saving } from '../own-names.ts';
import type { StoredScan } from '../writing/contract.ts';

/** Frames in the chunks that are there. */
export function storedFrames({ chunks }: StoredScan): number {
  return chunks.reduce((sum, indices) => sum + indices.length, 0);
}

/**
 * `undefined` when there is no such file, or none with chunks. Throws a `FileError` where something is that was not written
 * here. Files that killed writers left incomplete go.
 */
export async function readStoredScan(saving: Saving): Promise<StoredScan | undefined> {
  const { file } = saving;
  const { there, obstacles } = await lookAtNames(saving);
  if (obstacles.length > 0) throw obstacleError(obstacles);
  if (there === undefined || there.frames === 0) return undefined;
  removeAbandoned(file, (suffix) => isOwnSuffix(saving, suffix));
  const h5 = await openFile(file, 'r');
  try {
    const links = new Set(h5.kind(CHUNKS) === 'group' ? h5.keys(CHUNKS) : []);
    const chunks: number[][] = [];
    const targets: (LinkTarget | undefined)[] = [];
    for (let num = 0; links.has(String(num)); num++) {
      if (h5.kind(chunkPath(num)) === 'dangling') break;
      const { indices } = inspectChunk(h5, file, String(num));
      if (indices === undefined) {
        throw new DataError(
          `${file}: chunk ${num} does not state which frames it holds; it cannot be resumed`,
        );
      }
      chunks.push([...indices]);
      const link = h5.externalLink(chunkPath(num));
      targets.push(
        link === undefined ? undefined : { file: join(dirname(file), link.file), group: link.path },
      );
    }
    return { chunks, targets, numFrames: numberOf(metaOf(h5).num_frames) ?? null, linked: links.size };
  } finally {
    h5.close();
  }
}

/** Throws a DataError where the chunks of `file` are of another geometry. */
export async function requireSameMeta(file: string, meta: Meta): Promise<void> {
  const h5 = await openFile(file, 'r');
  try {
    const stored = metaOf(h5);
    for (const name of ['shape', 'center', 'psize', 'distance', 'energy', 'propagation'] as const) {
      const there = plain(stored[name]);
      const now = plain(encodeMeta(meta)[name]);
      if (there === undefined || now === undefined || agree(there, now)) continue;
      throw new DataError(
        `${file} was prepared with ${name} ${there.join(', ')}, now it is ${now.join(', ')}: it cannot be resumed`,
      );
    }
  } finally {
    h5.close();
  }
}

function metaOf(h5: H5File): Readonly<Record<string, unknown>> {
  return h5.kind(META) === 'group' ? (readTree(h5, META) as Record<string, unknown>) : {};
}

function plain(value: unknown): readonly (string | number)[] | undefined {
  const text = textOf(value);
  return text === undefined ? pairOf(value) : [text];
}

/** But for what a mean over the frames of several ranks is rounded by. */
function agree(there: readonly (string | number)[], now: readonly (string | number)[]): boolean {
  return there.every((a, i) => {
    const b = now[i];
    const close = typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.abs(a);
    return a === b || close;
  });
}
