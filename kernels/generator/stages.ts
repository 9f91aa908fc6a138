/**
 * Stages of Stockham's transform as functions of AssemblyScript. A sequence of n·r blocks (4 complex numbers: 4 real parts,
 * then 4 imaginary parts, 32 bytes) is seen as x[q + s·(p + m·j)]; a stage of radix r makes
 * y[q + s·(r·p + k)] = w^{kp}·Σ_j x[q + s·(p + m·j)]·exp(−2πi·jk/r), p < m, q < s, w = exp(−2πi/(r·m)).
 * Lanes are four neighbouring columns, so that columns need no shuffles; rows are turned within registers in the first stage.
 */
import { Butterflies, RADICES, type Radix } from './butterflies.ts';
import { Body, type Complex } from './operations.ts';

type Parameter = readonly [string, 'usize' | 'i32'];

/** All stages of all radices. */
export function stageFunctions(): string {
  const parts = RADICES.flatMap((radix) => [
    middleOfOne(radix),
    middle(radix, false),
    middle(radix, true),
    last(radix),
    lastOfColumns(radix),
  ]);
  return [...parts, firstOfRows(4), firstOfRows(8), turn()].join('\n\n');
}

function define(name: string, parameters: readonly Parameter[], body: Body): string {
  const list = parameters.map(([parameter, type]) => `${parameter}: ${type}`).join(', ');
  return `export function ${name}(${list}): void {\n${body.lines.join('\n')}\n}`;
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** `pointer` and multiples of a distance from it. */
function spaced(pointer: string, distance: string, j: number): string {
  if (j === 0) return pointer;
  return j === 1 ? `${pointer} + ${distance}` : `${pointer} + ${distance} * ${j}`;
}

/** One twiddle factor for k = 1 … r − 1, in all lanes. */
function twiddles(body: Body, radix: Radix): Complex<string>[] {
  return range(radix - 1).map((k) => body.splat('twiddles', 8 * k));
}

/** A stage that is neither first nor last, for s = 1. */
function middleOfOne(radix: Radix): string {
  const body = new Body();
  const butterflies = new Butterflies(body.operations);
  body.line('const step = <usize>m * 32;');
  body.line('for (let p = 0; p < m; p++) {');
  const x = range(radix).map((j) => body.load(spaced('source', 'step', j)));
  butterflies.transform(radix, x).forEach((y, k) => {
    const turned = k === 0 ? y : butterflies.multiply(y, body.splat('twiddles', 8 * (k - 1)));
    body.store('target', 32 * k, turned);
  });
  body.line(`source += 32; target += ${32 * radix}; twiddles += ${8 * (radix - 1)};`);
  body.line('}');
  return define(
    `middleOfOne${radix}`,
    [
      ['source', 'usize'],
      ['target', 'usize'],
      ['m', 'i32'],
      ['twiddles', 'usize'],
    ],
    body,
  );
}

/** A stage for any s. `columns`: the first stage of columns, which reads `s` blocks from each row, rows `pitch` bytes apart. */
function middle(radix: Radix, columns: boolean): string {
  const body = new Body();
  const butterflies = new Butterflies(body.operations);
  body.line('const row = <usize>s * 32;');
  body.line(`const step = <usize>m * ${columns ? 'pitch' : 'row'};`);
  body.line('for (let p = 0; p < m; p++) {');
  const w = twiddles(body, radix);
  if (columns) body.line('let from = source;');
  const from = columns ? 'from' : 'source';
  body.line('for (let q = 0; q < s; q++) {');
  const x = range(radix).map((j) => body.load(spaced(from, 'step', j)));
  butterflies.transform(radix, x).forEach((y, k) => {
    body.store(spaced('target', 'row', k), 0, k === 0 ? y : butterflies.multiply(y, w[k - 1]));
  });
  body.line(`${from} += 32; target += 32;`);
  body.line('}');
  if (columns) body.line('source += pitch;');
  body.line(`target += row * ${radix - 1}; twiddles += ${8 * (radix - 1)};`);
  body.line('}');
  return define(
    columns ? `firstOfColumns${radix}` : `middle${radix}`,
    [
      ['source', 'usize'],
      ...(columns ? [['pitch', 'usize'] as const] : []),
      ['target', 'usize'],
      ['m', 'i32'],
      ['s', 'i32'],
      ['twiddles', 'usize'],
    ],
    body,
  );
}

/** The last stage, m = 1. */
function last(radix: Radix): string {
  const body = new Body();
  body.line('const step = <usize>s * 32;');
  body.line('for (let q = 0; q < s; q++) {');
  const x = range(radix).map((j) => body.load(spaced('source', 'step', j)));
  new Butterflies(body.operations).transform(radix, x).forEach((y, k) => {
    body.store(spaced('target', 'step', k), 0, y);
  });
  body.line('source += 32; target += 32;');
  body.line('}');
  return define(
    `last${radix}`,
    [
      ['source', 'usize'],
      ['target', 'usize'],
      ['s', 'i32'],
    ],
    body,
  );
}

/** The last stage of `width` blocks of columns, written to rows `pitch` bytes apart; `rows` is the number of rows / r. */
function lastOfColumns(radix: Radix): string {
  const body = new Body();
  body.line('const step = <usize>rows * <usize>width * 32;');
  body.line('const far = <usize>rows * pitch;');
  body.line('for (let row = 0; row < rows; row++) {');
  body.line('let to = target;');
  body.line('for (let q = 0; q < width; q++) {');
  const x = range(radix).map((j) => body.load(spaced('source', 'step', j)));
  new Butterflies(body.operations).transform(radix, x).forEach((y, k) => {
    body.store(spaced('to', 'far', k), 0, y);
  });
  body.line('source += 32; to += 32;');
  body.line('}');
  body.line('target += pitch;');
  body.line('}');
  return define(
    `lastOfColumns${radix}`,
    [
      ['source', 'usize'],
      ['target', 'usize'],
      ['pitch', 'usize'],
      ['rows', 'i32'],
      ['width', 'i32'],
    ],
    body,
  );
}

/** The first stage of a row: lanes are neighbours along the transform, and are turned so that later stages need no shuffles. */
function firstOfRows(radix: 4 | 8): string {
  const body = new Body();
  const butterflies = new Butterflies(body.operations);
  body.line('const step = <usize>count * 32;');
  body.line('for (let p = 0; p < count; p++) {');
  const x = range(radix).map((j) => body.load(spaced('source', 'step', j)));
  const y = butterflies
    .transform(radix, x)
    .map((value, k) => (k === 0 ? value : butterflies.multiply(value, body.load('twiddles', 32 * (k - 1)))));
  for (let half = 0; half < radix; half += 4) {
    const four = y.slice(half, half + 4);
    const re = body.transpose(four.map((value) => value[0]));
    const im = body.transpose(four.map((value) => value[1]));
    range(4).forEach((lane) => {
      body.store('target', 8 * radix * lane + 8 * half, [re[lane], im[lane]]);
    });
  }
  body.line(`source += 32; target += ${32 * radix}; twiddles += ${32 * (radix - 1)};`);
  body.line('}');
  return define(
    `firstOfRows${radix}`,
    [
      ['source', 'usize'],
      ['target', 'usize'],
      ['count', 'i32'],
      ['twiddles', 'usize'],
    ],
    body,
  );
}

/** Turns `blocks` blocks of four rows, `sourcePitch` bytes apart, so that lanes become rows and rows lanes. */
function turn(): string {
  const body = new Body();
  body.line('for (let block = 0; block < blocks; block++) {');
  const rows = range(4).map((j) => body.load(spaced('source', 'sourcePitch', j)));
  const re = body.transpose(rows.map((value) => value[0]));
  const im = body.transpose(rows.map((value) => value[1]));
  range(4).forEach((lane) => {
    body.store(spaced('target', 'targetPitch', lane), 0, [re[lane], im[lane]]);
  });
  body.line('source += sourceStep; target += targetStep;');
  body.line('}');
  return define(
    'turn',
    [
      ['source', 'usize'],
      ['sourcePitch', 'usize'],
      ['sourceStep', 'usize'],
      ['target', 'usize'],
      ['targetPitch', 'usize'],
      ['targetStep', 'usize'],
      ['blocks', 'i32'],
    ],
    body,
  );
}
