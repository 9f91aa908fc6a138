/** Phase and amplitude of a reconstructed object, cropped to where it was lit, ramp removed. */
import { DataError } from '../../errors.ts';
import { describe, isComplex, type NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';
import type { Missing } from '../panels/colour-bar.ts';
import { NOT_LIT } from '../panels/colours.ts';
import { displayRange, FULL_PHASE, GREYS, percentileScale, VIRIDIS } from '../panels/colour-maps.ts';
import { fitPanel, imagePanel } from '../panels/image-panel.ts';
import { centralHalf, cropValues, litRegion } from './lit-region.ts';
import { estimateRamp, removeRamp, type PhaseRamp } from './phase.ts';
import { shrink, type Fit } from '../panels/raster.ts';

export interface ObjectFigure {
  /** Complex (rows, cols). */
  readonly object: NdArray;
  /** Size of an element along (rows, cols), m. */
  readonly resolutionM: Pair;
  /** Centre of element (0, 0) along (rows, cols), m. */
  readonly originM: Pair;
  /** Pixels of the sample stand for metres, which are not known. */
  readonly inPixels?: boolean | undefined;
  /**
   * Real (rows, cols): views or illumination per element. The picture is cropped to the lit part of it, and only lit
   * elements are shown and set limits and ramp. Without it everything is shown and the central half sets them.
   */
  readonly coverage?: NdArray;
  readonly title?: string;
}

interface Prepared {
  readonly shape: Pair;
  readonly originM: Pair;
  readonly fit: Fit;
  /** Interleaved, `fit.rows` x `fit.cols`; NaN where unlit. */
  readonly values: Float64Array;
  /** Above zero where limits are taken from; `fit.rows` x `fit.cols`. */
  readonly weight: Float64Array;
}

/** Of what was not lit. */
export const UNLIT: Missing = { colour: NOT_LIT, label: 'not lit' };

export interface FlatObject {
  /** What of the array is lit. */
  readonly shown: Region;
  readonly ramp: PhaseRamp;
  /** Interleaved, of `shown`: ramp removed, NaN where unlit. */
  readonly values: Float64Array;
  /** 0 where unlit; of `shown`. */
  readonly weight: Float64Array;
}

/** The lit part of an object without global phase and linear ramp. */
export function flatObject({ object, coverage }: Pick<ObjectFigure, 'object' | 'coverage'>): FlatObject {
  if (object.shape.length !== 2 || !isComplex(object.dtype) || object.data.length === 0) {
    throw new DataError(`object to draw is a complex (rows, cols) array, got ${describe(object)}`);
  }
  if (coverage !== undefined && String(coverage.shape) !== String(object.shape)) {
    throw new DataError(
      `coverage ${describe(coverage)} does not have the shape of the object ${describe(object)}`,
    );
  }
  const [rows, cols] = object.shape;
  const { region, lit } = coverage === undefined ? centralHalf([rows, cols]) : litRegion(coverage);
  const shown: Region = coverage === undefined ? { row: 0, col: 0, rows, cols } : region;
  const ramp = estimateRamp(object, lit);
  const values = removeRamp(object, ramp, shown);
  const weight = cropValues(lit, cols, shown);
  if (coverage !== undefined) {
    for (let i = 0; i < weight.length; i++) if (weight[i] === 0) values[2 * i] = NaN;
  }
  return { shown, ramp, values, weight };
}

function prepare({ object, resolutionM, originM, coverage }: ObjectFigure): Prepared {
  const { shown, values, weight } = flatObject({ object, ...(coverage === undefined ? {} : { coverage }) });
  const shape: Pair = [shown.rows, shown.cols];
  const fit = fitPanel(shape, resolutionM);
  const target: Pair = [fit.rows, fit.cols];
  return {
    shape,
    originM: [originM[0] + shown.row * resolutionM[0], originM[1] + shown.col * resolutionM[1]],
    fit,
    // Complex values are averaged, not phases: a mean of phases is wrong where they wrap.
    values: shrink(values, shape, target, 2),
    weight: shrink(weight, shape, target),
  };
}

function derive(values: Float64Array, of: (re: number, im: number) => number): Float64Array {
  const out = new Float64Array(values.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = of(values[2 * i], values[2 * i + 1]);
  return out;
}

function missing(values: Float64Array): { missing?: Missing } {
  return values.some(Number.isNaN) ? { missing: UNLIT } : {};
}

/** Phases that come this near to ±π wrap; then the whole circle is shown in cyclic colours. */
const WRAPPING = 0.9 * Math.PI;

/** SVG of the phase, rad, after removal of global phase and linear ramp (see `estimateRamp`). */
export function objectPhaseSvg(input: ObjectFigure): string {
  const { shape, originM, fit, values, weight } = prepare(input);
  const phase = derive(values, (re, im) => Math.atan2(im, re));
  const [low, high] = displayRange(phase, { weight });
  const wraps = Math.max(-low, high) > WRAPPING;
  const scale = wraps ? FULL_PHASE : percentileScale(VIRIDIS, phase, { weight });
  return imagePanel({
    title: input.title ?? 'object phase',
    shape,
    resolutionM: input.resolutionM,
    inPixels: input.inPixels,
    originM,
    values: phase,
    fit,
    bar: { scale, label: 'phase (rad)', ...missing(phase) },
  });
}

/** SVG of the amplitude. */
export function objectAmplitudeSvg(input: ObjectFigure): string {
  const { shape, originM, fit, values, weight } = prepare(input);
  const amplitude = derive(values, Math.hypot);
  return imagePanel({
    title: input.title ?? 'object amplitude',
    shape,
    resolutionM: input.resolutionM,
    inPixels: input.inPixels,
    originM,
    values: amplitude,
    fit,
    bar: { scale: percentileScale(GREYS, amplitude, { weight }), label: 'amplitude', ...missing(amplitude) },
  });
}
