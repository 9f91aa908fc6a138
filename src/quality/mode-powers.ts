/** How much of a probe's power is in each of its modes. */
import { toNumbers, type NdArray } from '../array/ndarray.ts';

/**
 * Fractions of the power in the modes of a probe (modes, rows, cols) complex, largest first, after they have been made orthogonal:
 * the eigenvalues of G_jk = Σ P_j* P_k over their sum, which do not depend on how the modes were mixed (Thibault & Menzel,
 * Nature 494, 68, 2013). They add up to 1; zeros for a probe without power.
 */
export function modePowers(probe: NdArray): number[] {
  const [modes] = probe.shape;
  const values = toNumbers(probe);
  const size = values.length / modes;
  // The Hermitian A + iB has each eigenvalue once, the symmetric [[A, −B], [B, A]] twice.
  const n = 2 * modes;
  const matrix = new Float64Array(n * n);
  for (let j = 0; j < modes; j++) {
    for (let k = j; k < modes; k++) {
      let [re, im] = [0, 0];
      for (let i = 0; i < size; i += 2) {
        const [a, b] = [j * size + i, k * size + i];
        re += values[a] * values[b] + values[a + 1] * values[b + 1];
        im += values[a] * values[b + 1] - values[a + 1] * values[b];
      }
      matrix[j * n + k] = matrix[k * n + j] = re;
      matrix[(modes + j) * n + modes + k] = matrix[(modes + k) * n + modes + j] = re;
      matrix[j * n + modes + k] = matrix[(modes + k) * n + j] = -im;
      matrix[k * n + modes + j] = matrix[(modes + j) * n + k] = im;
    }
  }
  const powers = eigenvalues(matrix, n)
    .sort((a, b) => b - a)
    .filter((_, i) => i % 2 === 0)
    .map((power) => Math.max(0, power));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => (total > 0 ? power / total : 0));
}

const MAX_SWEEPS = 50;

/** Of a symmetric matrix (n, n), which is overwritten, by Jacobi's rotations (Crelle's Journal 30, 51, 1846). */
function eigenvalues(a: Float64Array, n: number): number[] {
  const norm = a.reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p * n + q] ** 2;
    if (off <= 1e-30 * norm) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, n, p, q);
  }
  return Array.from({ length: n }, (_, i) => a[i * n + i]);
}

/** The rotation in the plane (p, q) that makes their element 0. */
function rotate(a: Float64Array, n: number, p: number, q: number): void {
  if (a[p * n + q] === 0) return;
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p], a[k * n + q]];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k], a[q * n + k]];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
  }
}
