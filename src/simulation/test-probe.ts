/**
 * A generated illumination: a moon-like disc, brighter on one side, with craters, a little out of focus. It fades to nothing
 * well inside the frame, so that far-field frames do not wrap, yet is wide enough for neighbouring views to share most of
 * it at the usual step. The wavefront is curved enough to be diverse, and flat enough for a reconstruction that starts from
 * a plain disc, or from the mean frame, to find it within tens of iterations.
 */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { scaleToPhotons } from './power.ts';

/** Diameter of the lit disc as a fraction of the smaller side of the frame. */
const DIAMETER = 0.65;
/** Width over which the disc fades, as a fraction of its radius. */
const FADE = 0.3;
/** Steepest phase of the curved wavefront at the disc's edge, periods per pixel; the detector ends at 0.5. */
const DEFOCUS = 0.03;

/** Place and width in radii of the disc from its centre, depth of the shadow, phase in rad. */
const CRATERS = [
  { row: -0.35, col: 0.25, width: 0.22, depth: 0.45, phase: 0.8 },
  { row: 0.3, col: 0.4, width: 0.16, depth: 0.5, phase: -0.9 },
  { row: 0.15, col: -0.3, width: 0.26, depth: 0.35, phase: 0.7 },
  { row: -0.5, col: -0.25, width: 0.14, depth: 0.5, phase: -0.6 },
  { row: 0.55, col: -0.15, width: 0.18, depth: 0.4, phase: 0.9 },
];

/**
 * Probe (rows, cols) with Σ|P|² = `photons`, its centre of mass on pixel (rows//2, cols//2).
 * Throws `DataError` for frames below 8 pixels and for photons that are not above 0.
 */
export function createTestProbe(shape: Pair, photons: number): NdArray<'complex128'> {
  const [rows, cols] = shape;
  if (!(rows >= 8 && cols >= 8)) {
    throw new DataError(`test probe of ${rows}x${cols} pixels: at least 8x8 are needed`);
  }
  const [row, col] = [Math.floor(rows / 2), Math.floor(cols / 2)];
  // The bright side pulls the centre of mass off the disc's: draw, see where it lies, and draw again.
  const [y, x] = centerOfPower(draw(shape, row, col), cols);
  const data = draw(shape, 2 * row - y, 2 * col - x);
  scaleToPhotons(data, photons);
  return ndarray('complex128', [rows, cols], data);
}

/** The disc around a pixel (row, col). */
function draw([rows, cols]: Pair, row: number, col: number): Float64Array {
  const radius = (DIAMETER * Math.min(rows, cols)) / 2;
  const data = new Float64Array(2 * rows * cols);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const y = (r - row) / radius;
      const x = (c - col) / radius;
      const inside = disc(Math.hypot(y, x));
      if (inside === 0) continue;
      // Lit from one side, like a moon; the other side is dim but not dark.
      let amplitude = inside * (0.85 + 0.15 * Math.tanh(1.5 * (x + 0.4 * y)));
      // Slope at the edge: DEFOCUS periods per pixel. A little astigmatism and coma break the symmetry.
      let phase = Math.PI * DEFOCUS * radius * (y * y + x * x + 0.25 * y * x + 0.15 * x * x * x);
      for (const crater of CRATERS) {
        const [dy, dx] = [y - crater.row, x - crater.col];
        const bump = Math.exp(-(dy * dy + dx * dx) / (2 * crater.width ** 2));
        amplitude *= 1 - crater.depth * bump;
        phase += crater.phase * bump;
      }
      data[i] = amplitude * Math.cos(phase);
      data[i + 1] = amplitude * Math.sin(phase);
    }
  }
  return data;
}

function centerOfPower(wave: Float64Array, cols: number): [row: number, col: number] {
  let [power, row, col] = [0, 0, 0];
  for (let i = 0; i < wave.length; i += 2) {
    const p = wave[i] ** 2 + wave[i + 1] ** 2;
    power += p;
    row += p * Math.floor(i / 2 / cols);
    col += p * ((i / 2) % cols);
  }
  return [row / power, col / power];
}

/** 1 inside, falling smoothly to 0 at ρ = 1 (radii). */
function disc(rho: number): number {
  if (rho >= 1) return 0;
  const t = Math.min(1, (1 - rho) / FADE);
  return t * t * (3 - 2 * t);
}
