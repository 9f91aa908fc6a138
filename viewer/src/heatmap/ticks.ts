/** Where numbers stand on axes, so that none overlaps another and none is cut. */
import { formatNumber, powerOfTen, signed } from '../../../src/pictures/panels/numbers.ts';
import { lengthUnit } from './lengths.ts';

export interface Tick {
  readonly value: number;
  /** 0 at the low end, 1 at the high one. */
  readonly at: number;
  readonly text: string;
}

export type Interval = readonly [number, number];

/** How much room there is. */
export interface Room {
  /** Of the axis, px. */
  readonly length: number;
  /** What a text takes of it with the gap to the next, px. */
  readonly along: (text: string) => number;
  /** May stand beside it at all. */
  readonly fits: (text: string) => boolean;
}

/** px between ticks, before the labels are looked at. */
const SPACING = 56;

function labelsFit(ticks: readonly Tick[], room: Room): boolean {
  return ticks.every((tick, i) => {
    if (!room.fits(tick.text)) return false;
    if (i === 0) return true;
    const gap = (tick.at - ticks[i - 1].at) * room.length;
    return gap >= (room.along(tick.text) + room.along(ticks[i - 1].text)) / 2;
  });
}

/** Multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
function roundValues([low, high]: Interval, count: number): { values: number[]; step: number } {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough * (1 - 1e-9)) ?? rough;
  const [first, last] = [Math.ceil(low / step - 1e-6), Math.floor(high / step + 1e-6)];
  return {
    values: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step),
    step,
  };
}

/** Equally many decimals on every tick; powers of ten where plain digits would be long. */
function texts(values: readonly number[], step: number): string[] {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest > 0 && (largest >= 1e5 || largest < 1e-3)) {
    const digits = Math.max(1, Math.ceil(Math.log10(largest / step) + 1));
    return values.map((value) => formatNumber(value, Math.min(12, digits)));
  }
  const decimals = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return values.map((value) => signed(value.toFixed(decimals)).replace(/^−(0(\.0*)?)$/, '$1'));
}

/** Round numbers from low to high, as many as their labels allow. */
export function linearTicks(domain: Interval, room: Room): Tick[] {
  const [low, high] = domain;
  if (!(high > low) || !Number.isFinite(high - low)) return [];
  for (let count = Math.max(5, Math.floor(room.length / SPACING)); count >= 1; count--) {
    const { values, step } = roundValues(domain, count);
    const labels = texts(values, step);
    const ticks = values.map((value, i) => ({ value, at: (value - low) / (high - low), text: labels[i] }));
    if (labelsFit(ticks, room)) return ticks;
  }
  return [];
}

/** Powers of ten from low to high, both above zero, with 2 and 5 between them, or linear steps, where they are few. */
export function logTicks([low, high]: Interval, room: Room): Tick[] {
  if (!(low > 0 && high > low) || !Number.isFinite(high)) return [];
  const inside = (value: number) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
  const tick = (value: number, text: string): Tick => {
    return { value, at: Math.log(value / low) / Math.log(high / low), text };
  };
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const decades = exponents.filter((exponent) => inside(Number(`1e${exponent}`)));
  if (decades.length < 3) {
    const between = exponents
      .flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)))
      .filter(inside);
    const steps = roundValues([low, high], 4).values.filter((value) => value > 0 && inside(value));
    for (const values of [between, steps]) {
      const ticks = values.map((value) => tick(value, formatNumber(value, 6)));
      if (ticks.length >= 2 && labelsFit(ticks, room)) return ticks;
    }
  }
  const plain = low >= 0.9e-3 && high <= 1.1e4;
  for (let stride = 1; stride <= decades.length; stride++) {
    const ticks = decades
      .filter((exponent) => exponent % stride === 0)
      .map((exponent) => {
        const value = Number(`1e${exponent}`);
        return tick(value, plain ? formatNumber(value) : powerOfTen(exponent));
      });
    if (labelsFit(ticks, room)) return ticks;
  }
  return [];
}

/** The whole circle of phases, rad. */
export function phaseTicks(): Tick[] {
  return ['−π', '−π/2', '0', 'π/2', 'π'].map((text, i) => {
    return { value: ((i - 2) * Math.PI) / 2, at: i / 4, text };
  });
}

export interface LengthAxis {
  readonly label: string;
  readonly ticks: readonly Tick[];
}

/** Spans away from zero from which the round part of the place goes into the label, so that numbers stay short. */
const FAR = 100;

/** Ticks and label of an axis in metres, or pixels; both axes of a picture share the unit that fits `span`. */
export function lengthAxis(
  name: string,
  [start, stop]: Interval,
  span: number,
  unit: 'm' | 'px',
  room: Room,
): LengthAxis {
  const { unit: unitName, metres } = lengthUnit(span, unit);
  const far = Math.max(Math.abs(start), Math.abs(stop)) > FAR * (stop - start);
  const round = 10 ** Math.ceil(Math.log10(stop - start));
  const offset = far ? Math.round((start + stop) / 2 / round) * round : 0;
  const ticks = linearTicks([(start - offset) / metres, (stop - offset) / metres], room);
  if (offset === 0) return { label: `${name} (${unitName})`, ticks };
  const offsetUnit = lengthUnit(Math.abs(offset), unit);
  const text = `${formatNumber(Math.abs(offset) / offsetUnit.metres, 12)} ${offsetUnit.unit}`;
  return { label: `${name} ${offset > 0 ? '−' : '+'} ${text} (${unitName})`, ticks };
}
