/** Where the parts of a heat map stand on its stage, px. */
import type { Place } from './place.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Stage {
  readonly width: number;
  readonly height: number;
  /** Device pixels for one px. */
  readonly pixelRatio: number;
}

/** Room for numbers and labels around the picture. */
export const GUTTER = { left: 76, top: 12, right: 104, bottom: 46 } as const;
/** Of the colour bar, and its distance from the picture. */
export const BAR = { width: 18, gap: 16 } as const;
/** Bars are not shorter than this, however flat the picture. */
const SHORTEST_BAR = 110;
const SMALLEST = 16;

export interface Layout {
  /** Of the picture: as large as fits, metres equal along both axes, a whole number of device pixels. */
  readonly image: Box;
  readonly device: { readonly width: number; readonly height: number };
  readonly bar: Box;
}

/** Device pixels that a picture can have. */
export function available({ width, height, pixelRatio }: Stage): { rows: number; cols: number } {
  const along = (length: number, gutters: number) =>
    Math.floor(Math.max(SMALLEST, length - gutters) * pixelRatio);
  return {
    rows: along(height, GUTTER.top + GUTTER.bottom),
    cols: along(width, GUTTER.left + GUTTER.right),
  };
}

export function layoutOf(stage: Stage, place: Pick<Place, 'width' | 'height'>): Layout {
  const { rows, cols } = available(stage);
  const perLength = Math.min(cols / place.width, rows / place.height);
  const device = {
    width: Math.max(1, Math.round(place.width * perLength)),
    height: Math.max(1, Math.round(place.height * perLength)),
  };
  const [width, height] = [device.width / stage.pixelRatio, device.height / stage.pixelRatio];
  const room = { width: cols / stage.pixelRatio, height: rows / stage.pixelRatio };
  // Edges on device pixels, or the browser would blur the picture.
  const onPixel = (length: number) => Math.round(length * stage.pixelRatio) / stage.pixelRatio;
  const image = {
    x: onPixel(GUTTER.left + (room.width - width) / 2),
    y: onPixel(GUTTER.top + (room.height - height) / 2),
    width,
    height,
  };
  const barHeight = Math.min(room.height, Math.max(SHORTEST_BAR, height));
  const bar = {
    x: image.x + width + BAR.gap,
    y: Math.max(GUTTER.top, Math.min(image.y, GUTTER.top + room.height - barHeight)),
    width: BAR.width,
    height: barHeight,
  };
  return { image, device, bar };
}
