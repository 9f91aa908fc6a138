/** Colour maps, and the ranges of values they are spread over. All maps are even in lightness and safe for colour-blind eyes. */
import { interpolateGreys, interpolateInferno, interpolateViridis } from 'd3-scale-chromatic';
import { cyclicColour, LEVELS, parseColour } from './colours.ts';
import { formatNumber } from './numbers.ts';
import type { Rgb } from './raster.ts';
import { linearTicks, logTicks, type Tick } from './scales.ts';

export interface ColourMap {
  readonly name: string;
  /** 256 colours from low to high. */
  readonly colours: readonly Rgb[];
}

function colourMap(name: string, at: (t: number) => Rgb): ColourMap {
  return { name, colours: Array.from({ length: LEVELS }, (_, i) => at(i / (LEVELS - 1))) };
}

export const VIRIDIS = colourMap('viridis', (t) => parseColour(interpolateViridis(t)));
export const INFERNO = colourMap('inferno', (t) => parseColour(interpolateInferno(t)));
/** Black to white. */
export const GREYS = colourMap('greys', (t) => parseColour(interpolateGreys(1 - t)));

/** Ends in the colour it starts with. */
export const CYCLIC = colourMap('cyclic', cyclicColour);

/** How values become colours. */
export interface ColourScale {
  readonly map: ColourMap;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** What stands at the ends of the colour bar: the limit, and which percentile it is. */
  readonly lowText: string;
  readonly highText: string;
  /** Ticks other than round numbers. */
  readonly ticks?: readonly Tick[];
  readonly integers?: boolean;
}

/** The colour of `value` (not NaN); values beyond the limits take the colour of the limit. */
export function colourOf(scale: ColourScale, value: number): Rgb {
  const { low, high, log, map } = scale;
  const t = log ? Math.log(Math.max(value, low) / low) / Math.log(high / low) : (value - low) / (high - low);
  return map.colours[Math.min(LEVELS - 1, Math.max(0, Math.floor(t * LEVELS)))];
}

/** Labelled ticks and unlabelled ones of a colour bar `length` px high. */
export function scaleTicks(
  scale: ColourScale,
  length: number,
): { major: readonly Tick[]; minor: readonly number[] } {
  if (scale.ticks !== undefined) return { major: scale.ticks, minor: [] };
  if (scale.log) return logTicks([scale.low, scale.high], length, 'vertical');
  return { major: linearTicks([scale.low, scale.high], length, 'vertical', scale.integers), minor: [] };
}

/** Values looked at for percentiles: 0.5 % of them are some hundreds. */
const SAMPLES = 60_000;

/** The finite values that `keep` lets pass, sorted; evenly sampled from large arrays. */
function sortedSample(values: ArrayLike<number>, keep: (index: number) => boolean): Float64Array {
  // An odd stride does not stay on one column of an array with an even number of them.
  const stride = values.length <= SAMPLES ? 1 : Math.ceil(values.length / SAMPLES) | 1;
  const sample: number[] = [];
  for (let i = 0; i < values.length; i += stride) {
    if (Number.isFinite(values[i]) && keep(i)) sample.push(values[i]);
  }
  return Float64Array.from(sample).sort();
}

/** Percentile of sorted values, linear between neighbours. */
function percentile(sorted: Float64Array, percent: number): number {
  const at = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

export interface RangeOptions {
  /** Only elements with a weight above zero count: same length as the values. */
  readonly weight?: ArrayLike<number>;
  /** Percentiles of the limits, % (default 0.5 and 99.5). */
  readonly percentiles?: readonly [number, number];
}

/** Limits that a few outliers do not spoil; NaN counts for nothing. Equal limits are set apart, no values give 0…1. */
export function displayRange(
  values: ArrayLike<number>,
  options: RangeOptions = {},
): readonly [number, number] {
  const { weight, percentiles = [0.5, 99.5] } = options;
  const sorted = sortedSample(values, (i) => weight === undefined || weight[i] > 0);
  if (sorted.length === 0) return [0, 1];
  const low = percentile(sorted, percentiles[0]);
  const high = percentile(sorted, percentiles[1]);
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > 1e-9 * size) return [low, high];
  const margin = size === 0 ? 0.5 : 0.05 * size;
  return [low - margin, high + margin];
}

/** Linear scale over the percentiles, which the colour bar names. */
export function percentileScale(
  map: ColourMap,
  values: ArrayLike<number>,
  options: RangeOptions = {},
): ColourScale {
  const { percentiles = [0.5, 99.5] } = options;
  const [low, high] = displayRange(values, options);
  return {
    map,
    low,
    high,
    log: false,
    lowText: `${formatNumber(low)} (${percentiles[0]} %)`,
    highText: `${formatNumber(high)} (${percentiles[1]} %)`,
  };
}

/**
 * Logarithmic scale from a low value (1 for counts) to the largest. Values at or below the low end, zeros among them,
 * share its colour.
 */
export function logScale(map: ColourMap, values: Float64Array): ColourScale {
  const positive = sortedSample(values, (i) => values[i] > 0);
  let low = 1;
  let high = 10;
  if (positive.length > 0) {
    low = percentile(positive, 0.5);
    high = low;
    values.forEach((value) => {
      if (value > high && value < Infinity) high = value;
    });
    if (high < low * 1.01) high = low * 10;
    // Beyond nine decades the low end is rounding noise.
    low = Math.max(low, high * 1e-9);
  }
  return { map, low, high, log: true, lowText: `≤ ${formatNumber(low)}`, highText: formatNumber(high) };
}

/** The cyclic map over the full circle of phases. */
export const FULL_PHASE: ColourScale = {
  map: CYCLIC,
  low: -Math.PI,
  high: Math.PI,
  log: false,
  lowText: '',
  highText: '',
  ticks: [
    { value: -Math.PI, text: '−π' },
    { value: -Math.PI / 2, text: '−π/2' },
    { value: 0, text: '0' },
    { value: Math.PI / 2, text: 'π/2' },
    { value: Math.PI, text: 'π' },
  ],
};
