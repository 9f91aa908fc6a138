/** Colours of phases, and of what has no value: the same in pictures, reports and the live page. Nothing here needs Node or a browser. */
import { oklabToRgb } from './oklab.ts';
import type { Rgb } from './raster.ts';

/** Of elements that were not lit, or have no value: a pale green that none of the maps has. */
export const NOT_LIT: Rgb = [203, 228, 203];

/** Colours of a map. */
export const LEVELS = 256;

/** Of `#rrggbb` or `rgb(r, g, b)`. */
export function parseColour(css: string): Rgb {
  if (css.startsWith('#')) {
    const value = Number.parseInt(css.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [red, green, blue] = (css.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

/**
 * For phases over the full circle, from −π at 0 to π at 1: an ellipse in Oklab, dark at ±π, light at 0, blue below and orange above,
 * so that lightness tells how far from 0 and colour tells on which side.
 */
export function cyclicColour(t: number): Rgb {
  const phase = (2 * t - 1) * Math.PI;
  const side = Math.sin(phase);
  return oklabToRgb(0.6 + 0.34 * Math.cos(phase), 0.05 * side, 0.11 * side);
}

/**
 * Lightness and chroma at full amplitude, the brightest circle of hues in Oklab that nearly fits into sRGB; hue of phase 0, rad in the
 * (a, b) plane: red.
 */
export const WHEEL = { lightness: 0.75, chroma: 0.15, hueAtZero: 0.5 } as const;

/** Colour of phase (rad) and amplitude (0…1); amplitude 0 is black. Hues are evenly spaced to the eye. */
export function phaseColour(phase: number, amplitude: number): Rgb {
  const bright = Math.min(1, Math.max(0, amplitude));
  const hue = phase + WHEEL.hueAtZero;
  const chroma = WHEEL.chroma * bright;
  return oklabToRgb(WHEEL.lightness * bright, chroma * Math.cos(hue), chroma * Math.sin(hue));
}
