/** Whether positions and geometry can be those of a scan, while its frames are prepared. */
import type { Meta } from '../../frames/chunk.ts';
import { DataError } from '../../errors.ts';
import { createGeometry, type PropagatorGeometry } from '../../geometry/propagation.ts';
import { positionsDoubt } from '../../geometry/plausible.ts';
import type { NdArray } from '../../array/ndarray.ts';
import { checkScan } from '../../quality/scan-check.ts';
import { placed } from '../scans/placed.ts';
import type { Advice } from './advice.ts';

/** Fewer positions may be the first of a line. */
export const ENOUGH = 25;

/** `isWhole`: no more frames will come. */
export function adviceOnScan(
  label: string,
  scan: { readonly positions: NdArray<'float64'>; readonly meta: Meta },
  isWhole: boolean,
): Advice[] {
  const frames = scan.positions.data.length / 2;
  if (frames < ENOUGH && !isWhole) return [];
  const { positions, meta } = placed(scan.positions, scan.meta);
  const span = meta.positions_unit === 'pixel' ? undefined : positionsDoubt(positions.data);
  const geometry = geometryOf(meta);
  if (geometry === undefined) return [];
  const { errors, warnings } = checkScan({ label, positions: positions.data, sharesObject: false, geometry });
  const texts = [...(span === undefined ? [] : [`scan ${label}: ${span}`]), ...errors, ...warnings];
  return texts.map((text) => ({ about: 'positions', text }));
}

/** Undefined: what is missing ends a reconstruction with a word of its own. */
function geometryOf(meta: Meta): PropagatorGeometry | undefined {
  try {
    return createGeometry(meta);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
