/** How large the probe is, from the frames alone, whatever its phase. */
import { planFft2 } from '../array/fft.ts';
import type { NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';

/** Share of the smaller side of the frame that is taken where frames say nothing. */
const UNKNOWN = 1 / 8;

/**
 * Rms radius of the lit area in pixels, from frames (n, rows, cols) of different places. The inverse transform of a frame is
 * the autocorrelation of its exit wave. Its variance from view to view, V(Δ), is about the autocorrelation Σ|P(x)|²|P(x+Δ)|²
 * of the illumination if the sample is rough (as in speckle interferometry: Labeyrie, Astron. Astrophys. 6, 85, 1970), and
 * the mean square of Δ is then twice that of |P|². Where the probe is much curved the sample is too smooth for that, and the
 * value too small, by a factor of up to 2.5 in scans looked at.
 */
export function probeSize(frames: NdArray<'float64'>): number {
  const [views, rows, cols] = frames.shape;
  const variance = autocorrelationVariance(frames.data, views, [rows, cols]);
  const smaller = Math.min(rows, cols);
  // Noise of the frames is alike at all distances; far out there is nothing else.
  const noise = meanBeyond(variance, [rows, cols], 0.6 * smaller);
  let power = 0;
  let squares = 0;
  eachDistance([rows, cols], (squared, i) => {
    if (squared > (smaller / 2) ** 2) return;
    power += variance[i] - noise;
    squares += (variance[i] - noise) * squared;
  });
  if (!(power > 0 && squares > 0)) return UNKNOWN * smaller;
  return Math.min(Math.max(Math.sqrt(squares / power / 2), 1), smaller / 4);
}

/** Of frames divided by their totals: (rows·cols), Δ = 0 at index 0. */
function autocorrelationVariance(frames: Float64Array, views: number, [rows, cols]: Pair): Float64Array {
  const pixels = rows * cols;
  const fft = planFft2(rows, cols);
  const wave = new Float64Array(2 * pixels);
  const mean = new Float64Array(2 * pixels);
  const square = new Float64Array(pixels);
  for (let view = 0; view < views; view++) {
    const frame = frames.subarray(view * pixels, (view + 1) * pixels);
    const total = frame.reduce((sum, value) => sum + value, 0);
    if (total === 0) continue;
    wave.fill(0);
    for (let i = 0; i < pixels; i++) wave[2 * i] = frame[i] / total;
    fft.forward(wave);
    for (let i = 0; i < pixels; i++) {
      mean[2 * i] += wave[2 * i] / views;
      mean[2 * i + 1] += wave[2 * i + 1] / views;
      square[i] += (wave[2 * i] ** 2 + wave[2 * i + 1] ** 2) / views;
    }
  }
  return square.map((value, i) => value - mean[2 * i] ** 2 - mean[2 * i + 1] ** 2);
}

function meanBeyond(image: Float64Array, shape: Pair, distance: number): number {
  let sum = 0;
  let count = 0;
  eachDistance(shape, (squared, i) => {
    if (squared <= distance ** 2) return;
    sum += image[i];
    count++;
  });
  return count > 0 ? sum / count : 0;
}

/** Squared distance of every pixel from index 0, around the edges. */
function eachDistance([rows, cols]: Pair, visit: (squared: number, index: number) => void): void {
  for (let r = 0, i = 0; r < rows; r++) {
    const y = Math.min(r, rows - r);
    for (let c = 0; c < cols; c++, i++) visit(y * y + Math.min(c, cols - c) ** 2, i);
  }
}
