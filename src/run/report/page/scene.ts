/** What a plane shows: anything that lies at x and y. */

export interface Span {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** From data to px of the canvas. */
export interface Projection {
  readonly view: Span;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  x(value: number): number;
  y(value: number): number;
}

export interface Axis {
  readonly label: string;
  /** Of a value on the axis. */
  readonly text: (value: number) => string;
  /** Values for `count` ticks or so between these. */
  readonly ticks: (low: number, high: number, count: number) => readonly number[];
}

export interface Scene {
  /** All there is. */
  readonly all: Span;
  /** Lengths along x and y are alike. */
  readonly equal: boolean;
  /** Rows go down. */
  readonly down: boolean;
  readonly axes: (view: Span) => { readonly x: Axis; readonly y: Axis };
  /** How far an arrow key moves the cross. */
  readonly step: readonly [number, number];
  readonly draw: (context: CanvasRenderingContext2D, at: Projection, ink: Ink) => void;
  /** What is at a place, in words, and the place that was meant. */
  readonly read: (
    x: number,
    y: number,
    at: Projection,
  ) => { readonly text: string; readonly at: readonly [number, number] };
}

/** Colours of the theme. */
export interface Ink {
  readonly text: string;
  readonly line: string;
  readonly grid: string;
  readonly accent: string;
  readonly ground: string;
  readonly series: readonly string[];
}

/** Round numbers between two values. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((size) => size >= rough) ?? 10 * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) ticks.push(i * step);
  return ticks;
}

const PREFIXES = [
  { unit: 'm', size: 1 },
  { unit: 'mm', size: 1e-3 },
  { unit: 'µm', size: 1e-6 },
  { unit: 'nm', size: 1e-9 },
] as const;

/** An axis of lengths, in the unit that suits a span of so many metres. */
export function lengthAxis(name: string, low: number, high: number, inPixels: boolean): Axis {
  const fitting = PREFIXES.find(({ size }) => high - low >= 0.999 * size) ?? PREFIXES[3];
  const { unit, size } = inPixels ? { unit: 'pixels', size: 1 } : fitting;
  return {
    label: `${name} (${unit})`,
    text: (value) => plain(value / size),
    ticks: (from, to, count) => roundTicks(from / size, to / size, count).map((tick) => tick * size),
  };
}

/** A length with its unit, fine enough to tell places a ten-thousandth of `span` apart. */
export function lengthText(value: number, span: number, inPixels: boolean): string {
  const fitting = PREFIXES.find(({ size }) => span >= 0.999 * size) ?? PREFIXES[3];
  const { unit, size } = inPixels ? { unit: 'pixels', size: 1 } : fitting;
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10((span / size) * 1e-4))));
  return `${minus((value / size).toFixed(decimals))} ${unit}`;
}

/** A number without the noise of its last digits. */
export function plain(value: number): string {
  return minus(String(Number(value.toPrecision(6))));
}

export function minus(text: string): string {
  return text.replace(/^-/, '−').replace('e-', 'e−');
}
