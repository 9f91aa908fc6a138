/** Lengths as people read them. */
import { formatNumber, signed } from '../../../src/pictures/panels/numbers.ts';

export interface LengthUnit {
  readonly unit: string;
  readonly metres: number;
}

const UNITS: readonly LengthUnit[] = [
  { unit: 'km', metres: 1e3 },
  { unit: 'm', metres: 1 },
  { unit: 'mm', metres: 1e-3 },
  { unit: 'µm', metres: 1e-6 },
  { unit: 'nm', metres: 1e-9 },
  { unit: 'pm', metres: 1e-12 },
];
const PIXEL: LengthUnit = { unit: 'px', metres: 1 };

/** The unit in which a length of `span` metres is a number from 1 up to 1000; pixels stay pixels. */
export function lengthUnit(span: number, unit: 'm' | 'px'): LengthUnit {
  if (unit === 'px') return PIXEL;
  // The small allowance keeps a span of 1e-6 that was computed as 0.9999999e-6 in µm.
  return UNITS.find(({ metres }) => span >= metres * (1 - 1e-9)) ?? UNITS[UNITS.length - 1];
}

/** A coordinate with the decimals that tell places `step` apart, in the unit that fits `span`. */
export function formatPlace(value: number, step: number, span: number, unit: 'm' | 'px'): string {
  const { unit: name, metres } = lengthUnit(span, unit);
  const decimals = Math.min(9, Math.max(0, Math.ceil(-Math.log10(step / metres) - 1e-9)));
  return `${signed((value / metres).toFixed(decimals)).replace(/^−(0(\.0*)?)$/, '$1')} ${name}`;
}

/** The longest of 1, 2, 5, 10, … that is not above `limit`. */
export function roundBelow(limit: number): number {
  const power = 10 ** Math.floor(Math.log10(limit) + 1e-9);
  const mantissa = limit / power;
  return (mantissa >= 5 - 1e-9 ? 5 : mantissa >= 2 - 1e-9 ? 2 : 1) * power;
}

/** A scale bar within a quarter of `span`. */
export function scaleBar(span: number, unit: 'm' | 'px'): { length: number; text: string } {
  const length = roundBelow(span / 4);
  const { unit: name, metres } = lengthUnit(length, unit);
  return { length, text: `${formatNumber(length / metres)} ${name}` };
}
