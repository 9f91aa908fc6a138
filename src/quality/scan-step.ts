/** How far apart the positions of a scan are. */

/**
 * Median distance from a position to the nearest other one, in the unit of `positions`: y, x, y, x, … Positions that were
 * visited more than once count once. NaN for fewer than two.
 */
export function medianStep(positions: Float64Array): number {
  const points = distinct(positions);
  const nearest = points.map((point, i) => {
    let best = Infinity;
    // Sorted by y: further away than the best so far in y alone, no point can be nearer.
    for (const direction of [-1, 1]) {
      for (let k = i + direction; k >= 0 && k < points.length; k += direction) {
        const [dy, dx] = [points[k][0] - point[0], points[k][1] - point[1]];
        if (Math.abs(dy) >= best) break;
        if (Math.abs(dx) < best) best = Math.min(best, Math.hypot(dy, dx));
      }
    }
    return best;
  });
  if (nearest.length < 2) return NaN;
  nearest.sort((a, b) => a - b);
  const middle = nearest.length / 2;
  return (nearest[Math.ceil(middle) - 1] + nearest[Math.floor(middle)]) / 2;
}

type Point = readonly [y: number, x: number];

/** Sorted by y, then x. */
function distinct(positions: Float64Array): Point[] {
  const points = Array.from({ length: positions.length / 2 }, (_, i): Point => [
    positions[2 * i],
    positions[2 * i + 1],
  ]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return points.filter(([y, x], i) => i === 0 || y !== points[i - 1][0] || x !== points[i - 1][1]);
}
