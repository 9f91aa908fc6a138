/** What positions of a scan count, and where they come to lie. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Meta } from '../../frames/chunk.ts';
import { assumedPixel } from '../../scan/known-geometry.ts';
import type { ScanConfig } from '../config/config-check.ts';

/** The configuration wins over what the data says. */
export function metaFor(meta: Meta, { propagation }: ScanConfig['model']): Meta {
  return propagation === null || propagation === meta.propagation ? meta : { ...meta, propagation };
}

/** Positions that can be placed, and what they count. */
export function placed(
  positions: NdArray<'float64'>,
  meta: Meta,
): { readonly positions: NdArray<'float64'>; readonly meta: Meta } {
  const pixel = assumedPixel(meta);
  if (pixel === undefined) return { positions, meta };
  const data = positions.data.map((metres, i) => metres / pixel[i % 2]);
  return { positions: { ...positions, data }, meta: { ...meta, positions_unit: 'pixel' } };
}
