/** One diffraction frame on a logarithmic scale, masked pixels in a colour that no count has. */
import { DataError } from '../../errors.ts';
import { describe, isComplex, toNumbers, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Missing } from '../panels/colour-bar.ts';
import { INFERNO, logScale } from '../panels/colour-maps.ts';
import { fitPanel, imagePanel } from '../panels/image-panel.ts';
import { shrink } from '../panels/raster.ts';

export interface FrameFigure {
  /** Real (rows, cols). */
  readonly frame: NdArray;
  /** (rows, cols), mask or weights: 0 is invalid. */
  readonly mask?: NdArray;
  /** Detector pixel (row, col), m. */
  readonly psizeM: Pair;
  /** Pixels stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
  /** Optical axis, pixels (row, col), from which metres are counted; default (rows/2, cols/2). */
  readonly center?: Pair;
  /** What the numbers are; default `counts`. */
  readonly label?: string;
  readonly title?: string;
}

/** Green-blue: the map goes from black over red to yellow. */
export const MASKED: Missing = { colour: [64, 160, 176], label: 'masked' };

/**
 * SVG of the frame. Zeros have the lowest colour. Frames larger than the picture are averaged over their valid
 * pixels; a spot of which more than half is masked is masked.
 */
export function frameSvg(input: FrameFigure): string {
  const { frame, mask, psizeM, inPixels, center, label = 'counts', title } = input;
  if (frame.shape.length !== 2 || isComplex(frame.dtype) || frame.data.length === 0) {
    throw new DataError(`frame to draw is a real (rows, cols) array, got ${describe(frame)}`);
  }
  if (mask !== undefined && (String(mask.shape) !== String(frame.shape) || isComplex(mask.dtype))) {
    throw new DataError(`mask ${describe(mask)} does not fit the frame ${describe(frame)}`);
  }
  const shape: Pair = [frame.shape[0], frame.shape[1]];
  const [row, col] = center ?? [shape[0] / 2, shape[1] / 2];
  const values = Float64Array.from(toNumbers(frame));
  if (mask !== undefined) {
    const valid = toNumbers(mask);
    for (let i = 0; i < values.length; i++) if (!(valid[i] > 0)) values[i] = NaN;
  }
  const fit = fitPanel(shape, psizeM);
  const shown = shrink(values, shape, [fit.rows, fit.cols]);
  const anyMasked = shown.some(Number.isNaN);
  return imagePanel({
    title: title ?? 'diffraction frame',
    shape,
    resolutionM: psizeM,
    inPixels,
    originM: [-row * psizeM[0], -col * psizeM[1]],
    values: shown,
    fit,
    bar: { scale: logScale(INFERNO, shown), label, ...(anyMasked ? { missing: MASKED } : {}) },
  });
}
