/** The few pieces of SVG that the figures are made of. Positions and sizes in px of the finished picture. */
import { encodePng } from './png.ts';
import type { Rgba } from './raster.ts';

export const FONT_FAMILY = 'DejaVu Sans';

/** Colours of everything that is not data. */
export const INK = { text: '#1a1a1a', quiet: '#595959', axis: '#333333', grid: '#e4e4e4' } as const;

export const FONT_SIZE = { title: 16, label: 14, tick: 12 } as const;

export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** `content` as XML character data; control characters, which XML cannot hold, become spaces. */
export function escapeText(content: string): string {
  return content
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
}

/** Two decimals are a hundredth of a px: finer than anything visible. */
function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  let opening = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    opening += ` ${key}="${typeof value === 'number' ? number(value) : escapeText(value)}"`;
  }
  return children.length === 0 ? `${opening}/>` : `${opening}>${children.join('')}</${name}>`;
}

export interface TextOptions {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  /** Reads from bottom to top, turned about (x, y). */
  readonly upwards?: boolean;
}

/** One line of text with its baseline at `y`. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  return element(
    'text',
    {
      x,
      y,
      'font-size': options.size ?? FONT_SIZE.tick,
      'text-anchor': options.anchor ?? 'start',
      fill: options.fill ?? INK.text,
      transform: options.upwards === true ? `rotate(-90 ${number(x)} ${number(y)})` : undefined,
    },
    escapeText(content),
  );
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: INK.axis, 'stroke-width': 1, ...attributes });
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels stretched over `box` by nearest neighbour. `optimizeSpeed` is the one value of
 * `image-rendering` that resvg takes as nearest neighbour (`pixelated` it blurs); browsers treat both alike.
 */
export function image(box: Box, pixels: Rgba): string {
  return element('image', {
    x: box.x,
    y: box.y,
    width: box.width,
    height: box.height,
    preserveAspectRatio: 'none',
    'image-rendering': 'optimizeSpeed',
    href: `data:image/png;base64,${Buffer.from(encodePng(pixels)).toString('base64')}`,
  });
}

/** A whole picture on white. */
export function picture(width: number, height: number, ...children: readonly string[]): string {
  const size = { width: Math.ceil(width), height: Math.ceil(height) };
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, 'font-family': `${FONT_FAMILY}, sans-serif` },
    element('rect', { ...size, fill: '#ffffff' }),
    ...children,
  );
}

const SHEET_GAP = 16;

/** Whole pictures as one, side by side in rows of `columns`, on white. */
export function sheet(pictures: readonly string[], columns: number): string {
  if (pictures.length === 1) return pictures[0];
  const cells = pictures.map((svg) => ({ svg, width: sizeOf(svg, 'width'), height: sizeOf(svg, 'height') }));
  const widest = Math.max(...cells.map(({ width }) => width));
  const placed: string[] = [];
  let y = 0;
  for (let first = 0; first < cells.length; first += columns) {
    const row = cells.slice(first, first + columns);
    row.forEach(({ svg }, i) => {
      placed.push(svg.replace('<svg ', `<svg x="${i * (widest + SHEET_GAP)}" y="${y}" `));
    });
    y += Math.max(...row.map(({ height }) => height)) + SHEET_GAP;
  }
  const across = Math.min(columns, cells.length);
  return picture(across * (widest + SHEET_GAP) - SHEET_GAP, y - SHEET_GAP, ...placed);
}

/** Of a document as `picture` makes them. */
function sizeOf(svg: string, side: 'width' | 'height'): number {
  return Number(new RegExp(`^<svg [^>]*?${side}="(\\d+)"`).exec(svg)?.[1]);
}
