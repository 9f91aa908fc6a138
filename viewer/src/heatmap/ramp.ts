/** The linear phase ramp of a complex picture, which a reconstruction leaves open (the probe takes up its opposite). */

/** Phase `global + perRow·row + perCol·col`, rad and rad per element. */
export interface PhaseRamp {
  readonly global: number;
  readonly perRow: number;
  readonly perCol: number;
}

export const NO_RAMP: PhaseRamp = { global: 0, perRow: 0, perCol: 0 };

/** Elements that are looked at: about so many. */
const SAMPLES = 4096;
/** Below this coherence the phase between elements is chance. */
const COHERENT = 0.3;

/**
 * The ramp from the central half along both axes: arg Σ a(r+L)·conj(a(r)) / L for L = 1, 2, 4, …, each after removal of
 * what the one before found, products weighted by amplitude; then the phase of the mean of what remains.
 *
 * @param values interleaved complex (rows, cols); elements that are not finite do not count
 */
export function estimateRamp(values: Float32Array, rows: number, cols: number): PhaseRamp {
  const [top, left] = [rows >> 2, cols >> 2];
  const [bottom, right] = [rows - top, cols - left];
  const stride = Math.max(1, Math.floor(Math.sqrt(((bottom - top) * (right - left)) / SAMPLES)));
  const at: number[] = [];
  for (let row = top; row < bottom; row += stride) {
    for (let col = left; col < right; col += stride) at.push(row * cols + col);
  }
  const perRow = slope(values, at, cols, bottom - top, (here) => bottom - Math.floor(here / cols));
  const perCol = slope(values, at, 1, right - left, (here) => right - (here % cols));
  let [re, im] = [0, 0];
  for (const here of at) {
    const [a, b] = [values[2 * here], values[2 * here + 1]];
    if (!Number.isFinite(a + b)) continue;
    const phase = perRow * Math.floor(here / cols) + perCol * (here % cols);
    re += a * Math.cos(phase) + b * Math.sin(phase);
    im += b * Math.cos(phase) - a * Math.sin(phase);
  }
  return { global: Math.atan2(im, re), perRow, perCol };
}

/** Phase per element along an axis on which elements are `step` apart; `left` counts those from here to the end. */
function slope(
  values: Float32Array,
  at: readonly number[],
  step: number,
  length: number,
  left: (here: number) => number,
): number {
  let found = 0;
  for (let lag = 1; lag <= length / 2; lag *= 2) {
    let [re, im, total] = [0, 0, 0];
    for (const here of at) {
      if (left(here) <= lag) continue;
      const there = here + lag * step;
      const [a, b, c, d] = [values[2 * here], values[2 * here + 1], values[2 * there], values[2 * there + 1]];
      const [productRe, productIm] = [c * a + d * b, d * a - c * b];
      // The square root weighs by amplitude instead of by intensity.
      const size = Math.sqrt(Math.sqrt(productRe * productRe + productIm * productIm));
      if (!(size > 0 && size < Infinity)) continue;
      re += productRe / size;
      im += productIm / size;
      total += size;
    }
    if (total === 0 || Math.hypot(re, im) < COHERENT * total) break;
    const turned = Math.atan2(im, re) - found * lag;
    found += wrapped(turned) / lag;
  }
  return found;
}

/** Within ±π. */
export function wrapped(phase: number): number {
  return phase - 2 * Math.PI * Math.round(phase / (2 * Math.PI));
}
