/**
 * An object to start from: the light that came through at each position, as in scanning transmission X-ray microscopy. As
 * ptypy's `stxm_analysis` has it, without the phase.
 */
import { ndarray, type NdArray } from '../array/ndarray.ts';
import type { DataPackage } from '../frames/package.ts';
import type { Pair } from '../frames/pair.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { brightestFrame, frameTotals } from './frame-summary.ts';
import { ownRows, pick } from './package-views.ts';
import { probePower } from './storage.ts';
import { addView, type Grid } from './views.ts';

/** How much the value of an unlit object counts, relative to the most light on a pixel. */
const SMALL = 1e-3;

export interface Lit {
  readonly packages: readonly DataPackage[];
  /** (n, 2) lattice pixels of each package's positions. */
  readonly pixels: readonly Int32Array[];
  /** (modes, rows, cols) complex */
  readonly probe: NdArray;
}

/**
 * Σ_j |P|·√(t_j/t_max) / Σ_j |P| on each pixel of an object, t_j being the photons of frame j: (rows, cols) of the grid. Where
 * the probe does not reach it becomes `fill`. Collective.
 */
export async function transmission(
  communicator: Communicator,
  { packages, pixels, probe }: Lit,
  grid: Grid,
  fill: Pair,
): Promise<NdArray<'complex128'>> {
  const size = grid.shape[0] * grid.shape[1];
  // Numerator and denominator side by side: one message.
  const sums = new Float64Array(2 * size);
  const [seen, lit] = [sums.subarray(0, size), sums.subarray(size)];
  const [, rows, cols] = probe.shape;
  const amplitude = probePower(probe).map(Math.sqrt);
  const brightest = await brightestFrame(communicator, packages);
  packages.forEach((data, number) => {
    const own = pick(pixels[number], ownRows(data));
    frameTotals(data).forEach((total, view) => {
      const center: Pair = [own[2 * view] - grid.first[0], own[2 * view + 1] - grid.first[1]];
      const through = brightest > 0 ? Math.sqrt(total / brightest) : 1;
      addView(seen, grid.shape, amplitude, [rows, cols], center, through);
      addView(lit, grid.shape, amplitude, [rows, cols], center);
    });
  });
  await communicator.allReduce(ndarray('float64', [2 * size], sums));
  const little = SMALL * lit.reduce((most, value) => Math.max(most, value), Number.MIN_VALUE);
  const object = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) {
    object[2 * i] = (seen[i] + little * fill[0]) / (lit[i] + little);
    object[2 * i + 1] = (little * fill[1]) / (lit[i] + little);
  }
  return ndarray('complex128', grid.shape, object);
}
