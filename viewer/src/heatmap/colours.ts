/** Colours of values: those of the figures that the package draws, so that page and PNG look alike. */
import {
  interpolateCividis,
  interpolateGreys,
  interpolateInferno,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { oklabToRgb, type Rgb } from './oklab.ts';

/** `twilight` ends in the colour it starts with, for phases: dark at ±π, light at 0, blue below, orange above. */
export type ColourMapName = 'viridis' | 'inferno' | 'cividis' | 'grey' | 'twilight';

export const LEVELS = 256;

/** Of elements without a value: a pale green that none of the maps has. */
export const MISSING: Rgb = [203, 228, 203];

/** Laid over masked elements, and how much of it is seen. */
export const MASKED: Rgb = [64, 196, 255];
export const MASKED_SHARE = 0.75;

function parsed(css: string): Rgb {
  if (css.startsWith('#')) {
    const value = Number.parseInt(css.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [red, green, blue] = (css.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}

function cyclic(t: number): Rgb {
  const phase = (2 * t - 1) * Math.PI;
  const side = Math.sin(phase);
  return oklabToRgb(0.6 + 0.34 * Math.cos(phase), 0.05 * side, 0.11 * side);
}

const AT: Readonly<Record<ColourMapName, (t: number) => Rgb>> = {
  viridis: (t) => parsed(interpolateViridis(t)),
  inferno: (t) => parsed(interpolateInferno(t)),
  cividis: (t) => parsed(interpolateCividis(t)),
  grey: (t) => parsed(interpolateGreys(1 - t)),
  twilight: cyclic,
};

const made = new Map<ColourMapName, Uint8Array>();

/** 256 colours from low to high, RGBA. */
export function colourTable(name: ColourMapName): Uint8Array {
  let table = made.get(name);
  if (table === undefined) {
    table = new Uint8Array(4 * LEVELS);
    for (let i = 0; i < LEVELS; i++) table.set([...AT[name](i / (LEVELS - 1)), 255], 4 * i);
    made.set(name, table);
  }
  return table;
}

/** Lightness and chroma at full amplitude, and the hue of phase 0, rad. The shader has them too. */
export const WHEEL = { lightness: 0.75, chroma: 0.15, hueAtZero: 0.5 } as const;

/** Colour of phase (rad) and amplitude (0…1): hue and brightness. */
export function phaseColour(phase: number, amplitude: number): Rgb {
  const bright = Math.min(1, Math.max(0, amplitude));
  const hue = phase + WHEEL.hueAtZero;
  const chroma = WHEEL.chroma * bright;
  return oklabToRgb(WHEEL.lightness * bright, chroma * Math.cos(hue), chroma * Math.sin(hue));
}
