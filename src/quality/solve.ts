/** Solves a small symmetric system A·x = b by elimination with pivots; unknowns without influence come out as 0. */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const a = matrix.slice();
  const b = right.slice();
  const scale = a.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const order: number[] = [];
  const free = new Set(Array.from({ length: n }, (_, row) => row));
  for (let col = 0; col < n; col++) {
    let pivot = -1;
    for (const row of free)
      if (pivot < 0 || Math.abs(a[row * n + col]) > Math.abs(a[pivot * n + col])) pivot = row;
    if (pivot < 0 || Math.abs(a[pivot * n + col]) <= 1e-14 * scale) {
      order.push(-1);
      continue;
    }
    free.delete(pivot);
    order.push(pivot);
    for (let row = 0; row < n; row++) {
      if (row === pivot) continue;
      const factor = a[row * n + col] / a[pivot * n + col];
      for (let k = 0; k < n; k++) a[row * n + k] -= factor * a[pivot * n + k];
      b[row] -= factor * b[pivot];
    }
  }
  return Float64Array.from(order, (row, col) => (row < 0 ? 0 : b[row] / a[row * n + col]));
}
