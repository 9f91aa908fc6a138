/** Which values the colours are spread over. */
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { shownAs, valueOf, type Quantity, type Show } from './values.ts';

export type Range = readonly [number, number];

/** Equal limits are set apart; limits that are none give 0…1. */
function apart([low, high]: Range): Range {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > 1e-9 * size) return [low, high];
  const margin = size === 0 ? 0.5 : 0.05 * size;
  return [low - margin, high + margin];
}

/** Both ends above zero: a low end that is not becomes 1 for what looks like counts, else a part of the high end. */
function positive([low, high]: Range): Range {
  if (high <= 0) return [1, 10];
  if (low > 0) return [low, high];
  return [high > 100 ? 1 : high / 1e4, high];
}

/** Limits of the colours. `auto` is the picture's own range, and the whole circle for phases, which are never logarithmic. */
export function colourRange(
  picture: Pick<Picture, 'kind' | 'range'>,
  show: Show,
  scale: 'linear' | 'log',
  range: Range | 'auto',
): Range {
  if (shownAs(picture.kind, show) === 'phase') {
    return range === 'auto' ? [-Math.PI, Math.PI] : apart(range);
  }
  const limits = apart(range === 'auto' ? picture.range : range);
  return scale === 'log' ? positive(limits) : limits;
}

/** Values looked at: enough that 0.5 % of them are some hundreds. */
const SAMPLES = 60_000;

/** Limits that leave out `low` % of the values below and 100 − `high` % above; what is not finite does not count. */
export function percentileRange(picture: Picture, quantity: Quantity, [low, high]: Range): Range {
  const { rows, cols } = picture;
  const count = rows * cols;
  // An odd stride does not stay on one column of an array with an even number of them.
  const stride = count <= SAMPLES ? 1 : Math.ceil(count / SAMPLES) | 1;
  const value = valueOf(picture, quantity);
  const sample = new Float64Array(Math.ceil(count / stride));
  let found = 0;
  for (let i = 0; i < count; i += stride) {
    const here = value(Math.floor(i / cols), i % cols);
    if (Number.isFinite(here)) sample[found++] = here;
  }
  if (found === 0) return [0, 1];
  const sorted = sample.subarray(0, found).sort();
  return apart([percentile(sorted, low), percentile(sorted, high)]);
}

/** Linear between neighbours. */
function percentile(sorted: Float64Array, percent: number): number {
  const at = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
