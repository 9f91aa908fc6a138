/** Numbers with units, as a terminal shows them. */

const PREFIXES = [
  { unit: 'm', size: 1 },
  { unit: 'mm', size: 1e-3 },
  { unit: 'µm', size: 1e-6 },
  { unit: 'nm', size: 1e-9 },
  { unit: 'pm', size: 1e-12 },
] as const;

/** `58.3 nm`, or where metres are not known `58.3 pixels`. */
export function lengthText(metres: number, inPixels = false): string {
  if (inPixels) return `${Number(metres.toPrecision(3))} ${metres === 1 ? 'pixel' : 'pixels'}`;
  // The allowance keeps 1e-6 that was computed as 0.9999999e-6 in µm.
  const fitting = PREFIXES.find(({ size }) => Math.abs(metres) >= size * (1 - 1e-9));
  const { unit, size } = fitting ?? PREFIXES[PREFIXES.length - 1];
  return `${digits(metres / size, 3)} ${unit}`;
}

/** A spatial frequency, given in 1/m: `8.58 1/µm`; or in 1/pixel. */
export function frequencyText(perM: number, inPixels = false): string {
  if (inPixels) return `${Number(perM.toPrecision(3))} 1/pixel`;
  // 0.6 1/µm reads better than 600 1/mm.
  const fitting = [...PREFIXES].reverse().find(({ size }) => perM * size >= 0.1) ?? PREFIXES[0];
  return `${digits(perM * fitting.size, 3)} 1/${fitting.unit}`;
}

/** Three digits, from 10000 on as `1.23e5`. */
export function countText(value: number): string {
  if (Math.abs(value) < 1e4) return String(Number(value.toPrecision(3)));
  return value.toExponential(2).replace('e+', 'e');
}

export function percentText(fraction: number): string {
  return `${digits(100 * fraction, 3)} %`;
}

/** Four digits at most: `8.8`, `0.08889`, `1.235e5`. */
export function numberText(value: number): string {
  return digits(value, 4);
}

/** `240 MB`, `1.3 GB` */
export function bytesText(bytes: number): string {
  const [size, unit] = bytes < 1e9 ? [1e6, 'MB'] : [1e9, 'GB'];
  return `${digits(bytes / size, 2)} ${unit}`;
}

/** So many significant digits at most, without zeros that say nothing; very large and very small numbers with an exponent. */
function digits(value: number, most: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(most));
  const size = Math.abs(rounded);
  if (size === 0 || (size < 1e5 && size >= 1e-3)) return String(rounded);
  return rounded.toExponential().replace('e+', 'e');
}
