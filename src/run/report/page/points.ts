/** Scan positions. */
import type { PointsData } from './data.ts';
import { lengthAxis, lengthText, type Scene } from './scene.ts';

export function pointsScene({ indices, positions, measured, inPixels }: PointsData): Scene {
  const both = measured === null ? positions : [...positions, ...measured];
  const span = (axis: 0 | 1): readonly [number, number] => {
    let [low, high] = [Infinity, -Infinity];
    for (let i = axis; i < both.length; i += 2) {
      low = Math.min(low, both[i]);
      high = Math.max(high, both[i]);
    }
    return [low, high];
  };
  const [y, x] = [span(0), span(1)];
  const border = 0.05 * Math.max(y[1] - y[0], x[1] - x[0]) || (inPixels ? 1 : 1e-6);
  const wide = ([low, high]: readonly [number, number]) => {
    // A line of points gets some height.
    const half = Math.max((high - low) / 2, 2 * border) + border;
    return [(low + high) / 2 - half, (low + high) / 2 + half] as const;
  };
  const all = { x: wide(x), y: wide(y) };
  const size = Math.max(all.x[1] - all.x[0], all.y[1] - all.y[0]);
  return {
    all,
    equal: true,
    down: true,
    step: [size / 100, size / 100],
    axes: (view) => ({
      x: lengthAxis('x', ...view.x, inPixels),
      y: lengthAxis('y', ...view.y, inPixels),
    }),
    draw: (context, at, ink) => {
      context.lineWidth = 1;
      context.strokeStyle = ink.line;
      if (measured !== null) {
        context.beginPath();
        for (let i = 0; i < positions.length; i += 2) {
          context.moveTo(at.x(measured[i + 1]), at.y(measured[i]));
          context.lineTo(at.x(positions[i + 1]), at.y(positions[i]));
        }
        context.stroke();
      }
      context.fillStyle = ink.series[0];
      const radius = indices.length > 2000 ? 1.5 : 3;
      for (let i = 0; i < positions.length; i += 2) {
        context.beginPath();
        context.arc(at.x(positions[i + 1]), at.y(positions[i]), radius, 0, 2 * Math.PI);
        context.fill();
      }
    },
    read: (px, py) => {
      let [nearest, least] = [0, Infinity];
      for (let i = 0; i < positions.length; i += 2) {
        const distance = (positions[i] - py) ** 2 + (positions[i + 1] - px) ** 2;
        if (distance < least) [nearest, least] = [i, distance];
      }
      const [row, col] = [positions[nearest], positions[nearest + 1]];
      const place = `y ${lengthText(row, size, inPixels)}, x ${lengthText(col, size, inPixels)}`;
      const shift =
        measured === null
          ? ''
          : `, ${lengthText(Math.hypot(row - measured[nearest], col - measured[nearest + 1]), size / 100, inPixels)} from where it was measured`;
      return { text: `scan point ${indices[nearest / 2]}: ${place}${shift}`, at: [col, row] };
    },
  };
}
