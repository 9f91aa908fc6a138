/** Colours of values: those of the figures that the package draws, so that page and PNG look alike. */
import {
  interpolateCividis,
  interpolateGreys,
  interpolateInferno,
  interpolateViridis,
} from 'd3-scale-chromatic';
import { cyclicColour, LEVELS, parseColour } from '../../../src/pictures/panels/colours.ts';
import type { Rgb } from '../../../src/pictures/panels/raster.ts';

/** `twilight` ends in the colour it starts with, for phases: dark at ±π, light at 0, blue below, orange above. */
export type ColourMapName = 'viridis' | 'inferno' | 'cividis' | 'grey' | 'twilight';

export { LEVELS, NOT_LIT as MISSING, phaseColour, WHEEL } from '../../../src/pictures/panels/colours.ts';

/** Laid over masked elements, and how much of it is seen. */
export const MASKED: Rgb = [64, 196, 255];
export const MASKED_SHARE = 0.75;

const AT: Readonly<Record<ColourMapName, (t: number) => Rgb>> = {
  viridis: (t) => parseColour(interpolateViridis(t)),
  inferno: (t) => parseColour(interpolateInferno(t)),
  cividis: (t) => parseColour(interpolateCividis(t)),
  grey: (t) => parseColour(interpolateGreys(1 - t)),
  twilight: cyclicColour,
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
