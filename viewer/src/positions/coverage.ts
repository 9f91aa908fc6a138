import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import type { Layout } from './layout.ts';

/** Photons as opacity of one colour: 0 where there are none. */
export function paintCoverage(
  context: CanvasRenderingContext2D,
  { values, rows, cols, range, psizeM }: Picture,
  originM: readonly [number, number],
  { scale, left, top }: Layout,
): void {
  if (rows === 0 || cols === 0) return;
  const pixels = new ImageData(cols, rows);
  for (const [at, value] of values.entries()) {
    const share = Math.min(1, Math.max(0, value / (range[1] || 1)));
    pixels.data.set([120, 150, 120, 190 * Math.sqrt(share)], 4 * at);
  }
  const picture = new OffscreenCanvas(cols, rows);
  picture.getContext('2d')?.putImageData(pixels, 0, 0);
  const [y, x] = [originM[0] - psizeM[0] / 2, originM[1] - psizeM[1] / 2];
  context.imageSmoothingEnabled = false;
  context.drawImage(
    picture,
    left + scale * x,
    top + scale * y,
    scale * psizeM[1] * cols,
    scale * psizeM[0] * rows,
  );
}
