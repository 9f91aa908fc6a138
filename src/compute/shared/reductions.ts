/** A few numbers of an array. Sums are double whatever the precision of the array. */
import type { NumberArray } from './numbers.ts';

/** The largest value of a real array. */
export function largest({ data }: NumberArray): number {
  let most = -Infinity;
  for (const value of data) if (value > most) most = value;
  return most;
}

/** Centre of |a|² along the last two axes of a complex array, pixels; NaN where there is nothing. */
export function centerOfMass({ data, shape }: NumberArray): readonly [row: number, col: number] {
  const [rows, cols] = shape.slice(-2);
  let power = 0;
  let rowSum = 0;
  let colSum = 0;
  const planes = data.length / (2 * rows * cols);
  for (let plane = 0, i = 0; plane < planes; plane++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++, i += 2) {
        const p = data[i] * data[i] + data[i + 1] * data[i + 1];
        power += p;
        rowSum += p * r;
        colSum += p * c;
      }
    }
  }
  return [rowSum / power, colSum / power];
}
