/** Numbers on axes and colour bars: SI prefixes, tick positions that leave room for their labels, number formats. */
import { scaleLinear } from 'd3-scale';
import { formatNumber, powerOfTen, signed } from './numbers.ts';
import { FONT_SIZE } from './svg.ts';
import { textWidth } from './text-width.ts';

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export type Direction = 'horizontal' | 'vertical';
export type Interval = readonly [number, number];

const PREFIXES = [
  { unit: 'km', metres: 1e3 },
  { unit: 'm', metres: 1 },
  { unit: 'mm', metres: 1e-3 },
  { unit: 'µm', metres: 1e-6 },
  { unit: 'nm', metres: 1e-9 },
  { unit: 'pm', metres: 1e-12 },
] as const;

export interface LengthUnit {
  readonly unit: string;
  readonly metres: number;
}

/** Where metres are not known. */
const PIXEL: LengthUnit = { unit: 'pixel', metres: 1 };

/** The unit in which a length of `spanM` metres is a number from 1 up to 1000. */
export function lengthUnit(spanM: number, inPixels = false): LengthUnit {
  if (inPixels) return PIXEL;
  // The small allowance keeps a span of 1e-6 that was computed as 0.9999999e-6 in µm.
  return PREFIXES.find(({ metres }) => spanM >= metres * (1 - 1e-9)) ?? PREFIXES[PREFIXES.length - 1];
}

/** The shortest length unit by which a spatial frequency of `perM` cycles per metre is a number from 1 on. */
export function frequencyUnit(perM: number, inPixels = false): LengthUnit {
  if (inPixels) return PIXEL;
  return [...PREFIXES].reverse().find(({ metres }) => perM * metres >= 1 - 1e-9) ?? PREFIXES[0];
}

/** Do labels centred on these places (px along the axis) stay clear of one another? */
function labelsFit(places: readonly number[], texts: readonly string[], direction: Direction): boolean {
  const halves = texts.map(
    (content) =>
      (direction === 'horizontal' ? textWidth(content, FONT_SIZE.tick) + 10 : FONT_SIZE.tick * 1.5) / 2,
  );
  return places.every((place, i) => i === 0 || Math.abs(place - places[i - 1]) >= halves[i] + halves[i - 1]);
}

/** How often ticks may come, px, before the labels are looked at. */
const TICK_SPACING = 60;

/** Round numbers within `domain`, as many as their labels allow on an axis of `length` px. */
export function linearTicks(
  domain: Interval,
  length: number,
  direction: Direction,
  integersOnly = false,
): Tick[] {
  const scale = scaleLinear([domain[0], domain[1]], [0, length]);
  for (let count = Math.max(2, Math.floor(length / TICK_SPACING)); count >= 1; count--) {
    const values = scale.ticks(count).filter((value) => !integersOnly || Number.isInteger(value));
    const texts = tickTexts(values);
    if (labelsFit(values.map(scale), texts, direction)) {
      return values.map((value, i) => ({ value, text: texts[i] }));
    }
  }
  return [];
}

/** Equally many decimals on every tick; powers of ten where plain digits would be long. */
function tickTexts(values: readonly number[]): string[] {
  if (values.length === 0) return [];
  const largest = Math.max(...values.map(Math.abs));
  const step = values.length > 1 ? Math.abs(values[1] - values[0]) : largest;
  if (largest >= 1e5 || largest < 1e-3) {
    const digits = Math.max(1, Math.ceil(Math.log10(largest / step) + 1));
    return values.map((value) => formatNumber(value, Math.min(12, digits + 1)));
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return values.map((value) => signed(value.toFixed(Math.min(12, decimals))).replace(/^−(0(\.0*)?)$/, '$1'));
}

export interface LogTicks {
  readonly major: readonly Tick[];
  /** 2…9 times the powers of ten, unlabelled. */
  readonly minor: readonly number[];
}

const DIGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Powers of ten within `domain` (both ends above zero), with 2 and 5 between them, or linear steps, when they are few. */
export function logTicks(domain: Interval, length: number, direction: Direction): LogTicks {
  const [low, high] = domain;
  const slack = 1e-9;
  const inside = (value: number) => value >= low * (1 - slack) && value <= high * (1 + slack);
  const first = Math.floor(Math.log10(low) + slack);
  const last = Math.ceil(Math.log10(high) - slack);
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const decades = exponents.map((exponent) => Number(`1e${exponent}`)).filter(inside);
  const place = (value: number) => (Math.log(value / low) / Math.log(high / low)) * length;
  const multiples = (digits: readonly number[]) =>
    exponents.flatMap((exponent) => digits.map((digit) => Number(`${digit}e${exponent}`))).filter(inside);
  const label = (values: readonly number[]) => values.map((value) => logText(value, domain));
  const minor = last - first > 12 ? [] : multiples(DIGITS);

  if (decades.length < 3) {
    const steps = scaleLinear([low, high], [0, 1])
      .ticks(4)
      .filter((value) => value > 0 && inside(value));
    for (const values of [multiples([1, 2, 5]), steps]) {
      const texts = label(values);
      if (values.length >= 2 && labelsFit(values.map(place), texts, direction)) {
        return { major: values.map((value, i) => ({ value, text: texts[i] })), minor };
      }
    }
  }
  for (let stride = 1; stride <= decades.length; stride++) {
    const values = decades.filter((value) => Math.round(Math.log10(value)) % stride === 0);
    const texts = label(values);
    if (labelsFit(values.map(place), texts, direction)) {
      return { major: values.map((value, i) => ({ value, text: texts[i] })), minor };
    }
  }
  return { major: [], minor };
}

/** Plain digits on scales that stay within 0.001…10000, else powers of ten. */
function logText(value: number, [low, high]: Interval): string {
  const exponent = Math.round(Math.log10(value));
  const isDecade = Math.abs(value / 10 ** exponent - 1) < 1e-9;
  if (isDecade && (low < 0.9e-3 || high > 1.1e4)) return powerOfTen(exponent);
  return formatNumber(value, 6);
}
