/** How large a probe is: the part of it that holds most of its power. */
import type { NdArray } from '../array/ndarray.ts';
import { probePower } from '../model/storage.ts';

/** Share of the power that counts as the probe. */
const CORE = 0.9;

/** 1 on the brightest pixels of a probe (modes, rows, cols) that hold 90 % of its power, 0 elsewhere: (rows, cols). */
export function coreOf(probe: NdArray): Float64Array {
  const power = probePower(probe);
  const order = Array.from(power.keys()).sort((a, b) => power[b] - power[a]);
  const enough = CORE * power.reduce((sum, value) => sum + value, 0);
  const core = new Float64Array(power.length);
  let held = 0;
  for (const pixel of order) {
    if (held >= enough) break;
    held += power[pixel];
    core[pixel] = 1;
  }
  return core;
}

/** Diameter of the disc as large as that, in pixels; where these are not square, in the root of their area. */
export function coreDiameter(probe: NdArray): number {
  const pixels = coreOf(probe).reduce((sum, inside) => sum + inside, 0);
  return 2 * Math.sqrt(pixels / Math.PI);
}
