/**
 * Names and shapes of a `.ptyd` file:
 * `meta/` geometry of the stored frames · `chunks/N/{data,indices,positions,weights}` · `info/` input parameters.
 */
import { fromNumbers, ndarray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Meta } from '../frames/chunk.ts';
import { float, int } from '../hdf5/encoding.ts';

export const CHUNKS = 'chunks';
export const META = 'meta';
export const INFO = 'info';

export type Compression = 'none' | 'gzip' | 'bslz4';

/** The `type` attribute of a dataset of a chunk, as ptypy writes and expects it. */
export function typeOfEntry(name: string): 'array' | 'arraylist' {
  return name === 'indices' ? 'arraylist' : 'array';
}

export function chunkPath(num: number | string): string {
  return `${CHUNKS}/${num}`;
}

/** Throws a ConfigError for a `chunk_format` that `chunkSuffix` cannot fill in. */
export function requireChunkFormat(format: string): void {
  chunkSuffix(format, 0);
}

/** `chunk_format` with its number: `%d`, `%02d` and the like, exactly once. */
export function chunkSuffix(format: string, num: number): string {
  const { before, zero, width, after } = chunkFormat(format);
  return `${before}${String(num).padStart(width, zero ? '0' : ' ')}${after}`;
}

/** The number of a chunk with this suffix; undefined where `chunk_format` makes no such suffix. */
export function chunkNumberOf(format: string, suffix: string): number | undefined {
  const { before, after } = chunkFormat(format);
  if (suffix.length <= before.length + after.length) return undefined;
  if (!suffix.startsWith(before) || !suffix.endsWith(after)) return undefined;
  const digits = suffix.slice(before.length, suffix.length - after.length).trim();
  const num = /^\d+$/.test(digits) ? Number(digits) : undefined;
  return num !== undefined && chunkSuffix(format, num) === suffix ? num : undefined;
}

interface SuffixPattern {
  readonly before: string;
  readonly zero: boolean;
  readonly width: number;
  readonly after: string;
}

function chunkFormat(format: string): SuffixPattern {
  const match = /^([^%]*)%(0?)(\d*)d([^%]*)$/.exec(format);
  if (match === null || /[/\\]/.test(format)) {
    throw new ConfigError([
      { path: 'chunk_format', message: `expected text with one %d such as ".chunk%02d", got "${format}"` },
    ]);
  }
  const [, before, zero, width, after] = match;
  return { before, zero: zero !== '', width: Number(width || 0), after };
}

/** `meta` as it is encoded: ints and floats of the types ptypy writes. */
export function encodeMeta(meta: Meta): Record<string, unknown> {
  return {
    version: typeof meta.version === 'number' ? float(meta.version) : meta.version,
    num_frames: meta.num_frames === null ? null : int(meta.num_frames),
    label: meta.label,
    experimentID: meta.experimentID,
    shape: ndarray('int64', [2], BigInt64Array.from(meta.shape, BigInt)),
    center: fromNumbers('float64', meta.center),
    psize: meta.psize === null ? null : fromNumbers('float64', meta.psize),
    distance: meta.distance === null ? null : float(meta.distance),
    energy: meta.energy === null ? null : float(meta.energy),
    propagation: meta.propagation,
    electron_data: meta.electron_data,
    ...(meta.positions_unit === 'pixel' ? { positions_unit: meta.positions_unit } : {}),
  };
}
