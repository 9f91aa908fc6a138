/** Complex arrays in colour: hue is the phase, brightness the amplitude. */
import type { Pair } from '../../frames/pair.ts';
import { phaseColour } from './colours.ts';
import { blank, type Rgba } from './raster.ts';
import { element, FONT_SIZE, image, INK, text } from './svg.ts';

/** Colours of interleaved complex values (rows, cols); amplitudes from `fullAmplitude` on are brightest, NaN is white. */
export function complexImage(values: ArrayLike<number>, [rows, cols]: Pair, fullAmplitude: number): Rgba {
  const pixels = blank(rows, cols);
  for (let i = 0; i < rows * cols; i++) {
    const re = values[2 * i];
    const im = values[2 * i + 1];
    const amplitude = fullAmplitude > 0 ? Math.hypot(re, im) / fullAmplitude : 0;
    const rgb = Number.isNaN(amplitude) ? [255, 255, 255] : phaseColour(Math.atan2(im, re), amplitude);
    pixels.data.set(rgb, 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}

/** Colours per px of the wheel, so that its rim is smooth. */
const OVERSAMPLING = 2;

function wheelPixels(diameter: number): Rgba {
  const n = diameter * OVERSAMPLING;
  const pixels = blank(n, n);
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < n; col++) {
      const x = ((col + 0.5) * 2) / n - 1;
      // Phase grows counter-clockwise, as in every textbook, although rows grow downwards.
      const y = 1 - ((row + 0.5) * 2) / n;
      pixels.data.set(phaseColour(Math.atan2(y, x), Math.hypot(x, y)), 4 * (row * n + col));
      pixels.data[4 * (row * n + col) + 3] = Math.hypot(x, y) <= 1 ? 255 : 0;
    }
  }
  return pixels;
}

export const WHEEL_DIAMETER = 76;
/** Room for the wheel and what is written around it, px. */
export const WHEEL_SIZE = { width: 116, height: WHEEL_DIAMETER + 70 } as const;

/** The colour wheel with its meaning, within WHEEL_SIZE at (left, top). */
export function colourWheel(left: number, top: number): string {
  const radius = WHEEL_DIAMETER / 2;
  const x = left + WHEEL_SIZE.width / 2;
  const y = top + 44 + radius;
  const middle = { anchor: 'middle' } as const;
  return [
    text(x, top + 14, 'phase (rad)', { ...middle, size: FONT_SIZE.label }),
    image(
      { x: x - radius, y: y - radius, width: WHEEL_DIAMETER, height: WHEEL_DIAMETER },
      wheelPixels(WHEEL_DIAMETER),
    ),
    element('circle', { cx: x, cy: y, r: radius, fill: 'none', stroke: INK.axis }),
    text(x + radius + 5, y + 4, '0'),
    text(x, y - radius - 6, 'π/2', middle),
    text(x - radius - 5, y + 4, 'π', { anchor: 'end' }),
    text(x, y + radius + 15, '−π/2', middle),
  ].join('');
}
