/** Parts of datasets as pages name them, checked before the library hears of them. */
import type { Metadata, Range } from '../../hdf5/file.ts';
import { RequestError } from './messages.ts';

/** Of what is sent at once. */
export const MOST_BYTES = 64 * 2 ** 20;
/** Of the chunks that hold it: each is unpacked as a whole. */
const MOST_CHUNK_BYTES = 512 * 2 ** 20;
/** Values as JSON. */
export const MOST_VALUES = 2 ** 20;

export interface Selected {
  readonly ranges: readonly Range[];
  /** Of what is selected: without axes of which one index was named. */
  readonly shape: readonly number[];
  readonly count: number;
}

/** `0,:,2:8:2` for an array of this shape: an index, or a range, for each axis. All of it without text. */
export function parseSelection(text: string | undefined, shape: readonly number[]): Selected {
  const parts = text === undefined || text === '' ? shape.map(() => ':') : text.split(',');
  if (parts.length !== shape.length) {
    throw new RequestError(
      400,
      `selection '${text ?? ''}' has ${parts.length} axes, the data ${shape.length}`,
    );
  }
  const axes = parts.map((part, axis) => parseAxis(part.trim(), shape[axis], axis));
  const lengths = axes.map(({ start, stop, step }) => Math.ceil((stop - start) / step));
  return {
    ranges: axes.map(({ start, stop, step }) => ({ start, stop, step })),
    shape: lengths.filter((_, axis) => !axes[axis].isIndex),
    count: lengths.reduce((product, n) => product * n, 1),
  };
}

interface AxisRange extends Required<Range> {
  readonly isIndex: boolean;
}

function parseAxis(text: string, length: number, axis: number): AxisRange {
  const fail = (why: string): never => {
    throw new RequestError(400, `selection '${text}' of axis ${axis}, which has length ${length}: ${why}`);
  };
  const number = (digits: string | undefined, otherwise: number): number =>
    digits === undefined || digits === '' ? otherwise : Number(digits);
  if (/^\d+$/.test(text)) {
    const index = Number(text);
    return index < length ? { start: index, stop: index + 1, step: 1, isIndex: true } : fail('out of bounds');
  }
  const found = /^(\d*):(\d*)(?::(\d*))?$/.exec(text);
  if (found === null) return fail('expected an index or start:stop:step, none of them negative');
  const [start, stop, step] = [number(found[1], 0), number(found[2], length), number(found.at(3), 1)];
  if (step < 1) return fail('the step is not above 0');
  if (start > stop || stop > length) return fail('out of bounds');
  return { start, stop, step, isIndex: false };
}

/** Throws a `RequestError` for what is too much at once. */
export function requireBounded(
  { ranges, count }: Selected,
  { size, chunks }: Metadata,
  asValues: boolean,
): void {
  if (count * size > MOST_BYTES) {
    throw new RequestError(
      413,
      `${sizeText(count * size)} are too much at once: select at most ${sizeText(MOST_BYTES)}`,
    );
  }
  if (asValues && count > MOST_VALUES) {
    throw new RequestError(413, `${count} values are too many at once: select at most ${MOST_VALUES}`);
  }
  if (chunks === null || count === 0) return;
  const touched = ranges.reduce((product, { start, stop, step = 1 }, axis) => {
    const spanned = Math.floor((stop - 1) / chunks[axis]) - Math.floor(start / chunks[axis]) + 1;
    return product * Math.min(spanned, Math.ceil((stop - start) / step));
  }, 1);
  const bytes = chunks.reduce((product, n) => product * n, touched * size);
  if (bytes > MOST_CHUNK_BYTES) {
    throw new RequestError(
      413,
      `the selection lies in chunks of ${sizeText(bytes)} together, which are unpacked as a whole: at most ${sizeText(MOST_CHUNK_BYTES)}`,
    );
  }
}

function sizeText(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes < 1000 ? `${megabytes.toPrecision(3)} MB` : `${(megabytes / 1000).toPrecision(3)} GB`;
}
