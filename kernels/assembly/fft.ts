/**
 * Two-dimensional transforms of waves: rows of blocks (4 real parts, 4 imaginary parts), rows `pitch` bytes apart. Only
 * forward transforms exist: with real and imaginary parts exchanged before and after they are inverse ones.
 */
import * as stages from './generated/stages';
import { Stage, Transform } from './generated/records';
import { madd, nmadd } from './vector';

/** Blocks of a panel: 8 columns, a cache line a row. */
export const PANEL: i32 = 2;

const STAGE: usize = offsetof<Stage>();

/**
 * A stage of any radix, by its definition. The elements of the source, `s` blocks each, lie `sourceRow` bytes
 * apart; the roots of unity follow the twiddle factors.
 */
function anyStage(stage: Stage, source: usize, sourceRow: usize, target: usize, s: i32): void {
  const radix = stage.radix;
  const m = stage.m;
  const step = <usize>m * sourceRow;
  const roots = stage.twiddles + <usize>(m * (radix - 1)) * 8;
  let twiddles = stage.twiddles;
  for (let p = 0; p < m; p++) {
    for (let k = 0; k < radix; k++) {
      const first = k == 0;
      const wr = first ? f32x4.splat(1) : v128.load32_splat(twiddles + <usize>(k - 1) * 8);
      const wi = first ? f32x4.splat(0) : v128.load32_splat(twiddles + <usize>(k - 1) * 8, 4);
      for (let q = 0; q < s; q++) {
        let from = source + <usize>q * 32;
        let re = f32x4.splat(0);
        let im = f32x4.splat(0);
        let turn = 0;
        for (let j = 0; j < radix; j++) {
          const rr = v128.load32_splat(roots + <usize>turn * 8);
          const ri = v128.load32_splat(roots + <usize>turn * 8, 4);
          const xr = v128.load(from);
          const xi = v128.load(from, 16);
          re = nmadd(xi, ri, madd(xr, rr, re));
          im = madd(xi, rr, madd(xr, ri, im));
          from += step;
          turn += k;
          if (turn >= radix) turn -= radix;
        }
        v128.store(target, nmadd(im, wi, f32x4.mul(re, wr)));
        v128.store(target, madd(im, wr, f32x4.mul(re, wi)), 16);
        target += 32;
      }
    }
    source += sourceRow;
    twiddles += <usize>(radix - 1) * 8;
  }
}

/** A stage from scratch to scratch. */
function middle(stage: Stage, source: usize, target: usize, s: i32): void {
  const m = stage.m;
  const twiddles = stage.twiddles;
  if (s == 1) {
    switch (stage.radix) {
      case 2: {
        stages.middleOfOne2(source, target, m, twiddles);
        break;
      }
      case 3: {
        stages.middleOfOne3(source, target, m, twiddles);
        break;
      }
      case 4: {
        stages.middleOfOne4(source, target, m, twiddles);
        break;
      }
      case 5: {
        stages.middleOfOne5(source, target, m, twiddles);
        break;
      }
      case 8: {
        stages.middleOfOne8(source, target, m, twiddles);
        break;
      }
      default:
        anyStage(stage, source, 32, target, 1);
    }
    return;
  }
  switch (stage.radix) {
    case 2: {
      stages.middle2(source, target, m, s, twiddles);
      break;
    }
    case 3: {
      stages.middle3(source, target, m, s, twiddles);
      break;
    }
    case 4: {
      stages.middle4(source, target, m, s, twiddles);
      break;
    }
    case 5: {
      stages.middle5(source, target, m, s, twiddles);
      break;
    }
    case 8: {
      stages.middle8(source, target, m, s, twiddles);
      break;
    }
    default:
      anyStage(stage, source, <usize>s * 32, target, s);
  }
}

function last(radix: i32, source: usize, target: usize, s: i32): void {
  switch (radix) {
    case 2: {
      stages.last2(source, target, s);
      break;
    }
    case 3: {
      stages.last3(source, target, s);
      break;
    }
    case 4: {
      stages.last4(source, target, s);
      break;
    }
    case 5: {
      stages.last5(source, target, s);
      break;
    }
    default:
      stages.last8(source, target, s);
  }
}

function firstOfColumns(stage: Stage, source: usize, pitch: usize, target: usize, width: i32): void {
  const m = stage.m;
  const twiddles = stage.twiddles;
  switch (stage.radix) {
    case 2: {
      stages.firstOfColumns2(source, pitch, target, m, width, twiddles);
      break;
    }
    case 3: {
      stages.firstOfColumns3(source, pitch, target, m, width, twiddles);
      break;
    }
    case 4: {
      stages.firstOfColumns4(source, pitch, target, m, width, twiddles);
      break;
    }
    case 5: {
      stages.firstOfColumns5(source, pitch, target, m, width, twiddles);
      break;
    }
    case 8: {
      stages.firstOfColumns8(source, pitch, target, m, width, twiddles);
      break;
    }
    default:
      anyStage(stage, source, pitch, target, width);
  }
}

function lastOfColumns(radix: i32, source: usize, target: usize, pitch: usize, rows: i32, width: i32): void {
  switch (radix) {
    case 2: {
      stages.lastOfColumns2(source, target, pitch, rows, width);
      break;
    }
    case 3: {
      stages.lastOfColumns3(source, target, pitch, rows, width);
      break;
    }
    case 4: {
      stages.lastOfColumns4(source, target, pitch, rows, width);
      break;
    }
    case 5: {
      stages.lastOfColumns5(source, target, pitch, rows, width);
      break;
    }
    default:
      stages.lastOfColumns8(source, target, pitch, rows, width);
  }
}

function stageAt(list: usize, i: i32): Stage {
  return changetype<Stage>(list + <usize>i * STAGE);
}

/** Transforms along a group of rows; source and target may be the same. */
export function transformRows(
  t: Transform,
  source: usize,
  sourcePitch: usize,
  target: usize,
  targetPitch: usize,
): void {
  const count = t.rowStageCount;
  let from = t.first;
  let to = t.second;
  let s = 1;
  if (t.group == 1) {
    const first = changetype<Stage>(t.rowFirst);
    if (first.radix == 4) stages.firstOfRows4(source, from, first.m >> 2, first.twiddles);
    else stages.firstOfRows8(source, from, first.m >> 2, first.twiddles);
    s = first.radix >> 2;
  } else {
    stages.turn(source, sourcePitch, 32, from, 32, 128, t.blocks);
  }
  for (let i = 0; i < count - 1; i++) {
    const stage = stageAt(t.rowStages, i);
    middle(stage, from, to, s);
    s *= stage.radix;
    const other = from;
    from = to;
    to = other;
  }
  const radix = stageAt(t.rowStages, count - 1).radix;
  if (t.group == 1) {
    last(radix, from, target, s);
    return;
  }
  last(radix, from, to, s);
  // Columns that fill up the last block stay empty.
  const filling = t.blocks * 4 - t.columns;
  if (filling > 0) memory.fill(to + <usize>t.columns * 32, 0, <usize>filling * 32);
  stages.turn(to, 32, 128, target, targetPitch, 32, t.blocks);
}

/** Transforms all rows of a wave in place. */
export function transformRowsOf(t: Transform, wave: usize): void {
  const step = t.pitch * <usize>t.group;
  for (let row = 0; row < t.rows; row += t.group) {
    transformRows(t, wave, t.pitch, wave, t.pitch);
    wave += step;
  }
}

/** Columns of a panel, `width` blocks wide, into the scratch `panel`. */
export function columnsToPanel(t: Transform, source: usize, panel: usize, width: i32): void {
  const count = t.columnStageCount;
  // So that the last stage ends in `panel`.
  const even = (count & 1) == 0;
  let from = even ? t.second : panel;
  let to = even ? panel : t.second;
  const first = stageAt(t.columnStages, 0);
  firstOfColumns(first, source, t.pitch, from, width);
  let s = width * first.radix;
  for (let i = 1; i < count - 1; i++) {
    const stage = stageAt(t.columnStages, i);
    middle(stage, from, to, s);
    s *= stage.radix;
    const other = from;
    from = to;
    to = other;
  }
  last(stageAt(t.columnStages, count - 1).radix, from, to, s);
}

/** Columns of the scratch `panel` back to the rows of a wave. */
export function columnsFromPanel(t: Transform, panel: usize, target: usize, width: i32): void {
  const count = t.columnStageCount;
  let from = panel;
  let to = t.second;
  let s = width;
  for (let i = 0; i < count - 1; i++) {
    const stage = stageAt(t.columnStages, i);
    middle(stage, from, to, s);
    s *= stage.radix;
    const other = from;
    from = to;
    to = other;
  }
  const radix = stageAt(t.columnStages, count - 1).radix;
  lastOfColumns(radix, from, target, t.pitch, t.rows / radix, width);
}

/** Transforms all columns of a wave in place. */
export function transformColumns(t: Transform, wave: usize): void {
  for (let block = 0; block < t.blocks; block += PANEL) {
    const width = min(PANEL, t.blocks - block);
    const panel = wave + <usize>block * 32;
    const count = t.columnStageCount;
    let from = t.first;
    let to = t.second;
    const first = stageAt(t.columnStages, 0);
    firstOfColumns(first, panel, t.pitch, from, width);
    let s = width * first.radix;
    for (let i = 1; i < count - 1; i++) {
      const stage = stageAt(t.columnStages, i);
      middle(stage, from, to, s);
      s *= stage.radix;
      const other = from;
      from = to;
      to = other;
    }
    const radix = stageAt(t.columnStages, count - 1).radix;
    lastOfColumns(radix, from, panel, t.pitch, t.rows / radix, width);
  }
}

/** Two-dimensional transform in place. */
export function transform(t: Transform, wave: usize): void {
  transformRowsOf(t, wave);
  transformColumns(t, wave);
}
