/**
 * Datasets whose planes are too large to come at once are shown by others beside them, which no file holds: every nth pixel, the
 * middle; of complex numbers amplitude and phase.
 */
import type { Dataset } from '@h5web/app';

/** As the server has it (`server/files/selection.ts`). */
const MOST_BYTES = 64 * 2 ** 20;
/** Of compressed chunks that are unpacked for a picture of every nth pixel. */
const MOST_CHUNK_BYTES = 512 * 2 ** 20;
/** Complex numbers, each of which takes 64 bytes in the browser. */
const MOST_COMPLEX = 2048 ** 2;

/** Both, for people. */
export const LIMITS = `${Math.round(MOST_BYTES / 1e6)} MB or ${(MOST_COMPLEX / 1e6).toFixed(1)} million complex numbers`;

export interface View {
  readonly dataset: Dataset;
  /** What it shows, and which part of the last two axes. */
  readonly of: Dataset;
  readonly part: 'amplitude' | 'phase' | null;
  readonly axes: readonly [AxisPart, AxisPart];
}

interface AxisPart {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What is shown beside a dataset; none where it can be shown itself. */
export function viewsOf(dataset: Dataset): View[] {
  const { shape, type } = dataset;
  if (!('dims' in shape) || shape.dims.length < 2) return [];
  const isComplex = 'realType' in type;
  const size = isComplex ? (2 * type.realType.size) / 8 : 'size' in type ? type.size / 8 : 0;
  const plane = shape.dims.slice(-2);
  const pixels = plane[0] * plane[1];
  if (size === 0 || (pixels * size <= MOST_BYTES && (!isComplex || pixels <= MOST_COMPLEX))) return [];
  const step = Math.ceil(Math.sqrt((pixels * size) / MOST_BYTES));
  const isWhole = dataset.chunks === undefined || pixels * size <= MOST_CHUNK_BYTES;
  const side = Math.floor(Math.sqrt(MOST_BYTES / size));
  const axis = (length: number): AxisPart => {
    if (isWhole) return { start: 0, step, count: Math.ceil(length / step) };
    const count = Math.min(side, length);
    return { start: Math.floor((length - count) / 2), step: 1, count };
  };
  const axes = [axis(plane[0]), axis(plane[1])] as const;
  const where = isWhole ? (step === 1 ? '' : `, 1 pixel of ${step}`) : `, middle`;
  return (isComplex ? (['amplitude', 'phase'] as const) : [null]).map((part) => {
    const name = `${dataset.name}${part === null ? '' : `, ${part}`}${where}`;
    const dims = [...shape.dims.slice(0, -2), axes[0].count, axes[1].count];
    const path = `${dataset.path.slice(0, -dataset.name.length)}${name}`;
    const shown: Dataset = {
      ...{ name, path, kind: dataset.kind, attributes: [], shape: { ...shape, dims } as typeof shape },
      type: isComplex ? type.realType : type,
    };
    return { dataset: shown, of: dataset, part, axes };
  });
}

/** Of the dataset that a view shows, from one of the view. */
export function selectionIn({ of, axes }: View, selection: string | undefined): string {
  const rank = 'dims' in of.shape ? of.shape.dims.length : 0;
  const parts = selection?.split(',') ?? Array.from({ length: rank }, () => ':');
  return parts.map((part, i) => (i < rank - 2 ? part : within(axes[i - rank + 2], part))).join(',');
}

/** An index, or all of the axis: nothing else is asked for. */
function within({ start, step, count }: AxisPart, part: string): string {
  const at = Number(part);
  return part === '' || Number.isNaN(at)
    ? `${start}:${start + (count - 1) * step + 1}:${step}`
    : String(start + at * step);
}

/** Amplitude, or phase in rad, of pairs of real and imaginary parts. */
export function partOf<T extends Float32Array | Float64Array>(pairs: T, part: 'amplitude' | 'phase'): T {
  const values = pairs.slice(0, pairs.length / 2) as T;
  for (let i = 0; i < values.length; i++) {
    const [re, im] = [pairs[2 * i], pairs[2 * i + 1]];
    values[i] = part === 'phase' ? Math.atan2(im, re) : Math.sqrt(re * re + im * im);
  }
  return values;
}
