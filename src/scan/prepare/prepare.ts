/**
 * One chunk's way from raw frames to prepared ones: crop → orientation → rebin. Only what changes something is done;
 * otherwise frames pass through untouched, in their own element type.
 */
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Region } from '../../frames/region.ts';
import { centerOfRegion, cropPad, regionAround } from './crop.ts';
import { isIdentity, orient, orientCenter, orientPair, type Orientation } from './orient.ts';
import { rebin, rebinWeights, type RebinMode } from './rebin.ts';

export interface PreparePlan {
  /** Region of the raw frame that is kept; `undefined`: the whole frame. */
  readonly region: Region | undefined;
  readonly orientation: Orientation;
  readonly rebin: number;
  readonly rebinMode: RebinMode;
  /** Geometry of the prepared frames. */
  readonly shape: Pair;
  readonly center: Pair;
  readonly psize: Pair | null;
}

export interface PlanInput {
  /** Raw frame (rows, cols). */
  readonly frameShape: Pair;
  /** Region of interest; null: the whole frame. */
  readonly shape: Pair | null;
  /** Optical axis in the raw frame. */
  readonly center: Pair;
  /** m; null: not known. */
  readonly psize: Pair | null;
  readonly orientation: Orientation;
  readonly rebin: number;
  readonly rebinMode: RebinMode;
  /** Square regions only, the smaller side wins (ptypy). */
  readonly forceSquare: boolean;
}

/** What will be done to every frame of the scan, and the geometry that comes out. */
export function planPreparation(input: PlanInput): PreparePlan {
  const { frameShape, center, orientation } = input;
  checkCenter(center, frameShape);
  let shape = input.shape ?? frameShape;
  if (input.forceSquare) shape = [Math.min(...shape), Math.min(...shape)];
  // As in ptypy, a frame that is turned or binned is also brought to its middle, whatever region is asked for.
  const sameShape = shape[0] === frameShape[0] && shape[1] === frameShape[1];
  const crops = !sameShape || input.rebin !== 1 || !isIdentity(orientation);
  checkRebin(shape, input.rebin);
  const cropped = crops ? centerOfRegion(shape) : center;
  const oriented = orientCenter(cropped, shape, orientation);
  const [rows, cols] = orientPair(shape, orientation);
  const psize = input.psize === null ? null : orientPair(input.psize, orientation);
  return {
    region: crops ? regionAround(center, shape) : undefined,
    orientation,
    rebin: input.rebin,
    rebinMode: input.rebinMode,
    shape: [rows / input.rebin, cols / input.rebin],
    center: [oriented[0] / input.rebin, oriented[1] / input.rebin],
    psize: psize === null ? null : [psize[0] * input.rebin, psize[1] * input.rebin],
  };
}

/** Throws a ConfigError that says centre and frame unless the one lies on the other. */
export function checkCenter(center: Pair, shape: Pair): void {
  if (center.every((c, axis) => c >= 0 && c < shape[axis])) return;
  throw new ConfigError([
    {
      path: 'center',
      message: `the centre (${center.join(', ')}) lies outside the frame of (${shape.join(', ')}) pixels`,
    },
  ]);
}

function checkRebin(shape: Pair, factor: number): void {
  if (shape.every((n) => n % factor === 0)) return;
  throw new ConfigError([
    { path: 'rebin', message: `${factor} does not divide the region of (${shape.join(', ')}) pixels` },
  ]);
}

/** `held` says which part of the raw frame `frames` already is (a loader may have read only the region). */
export function prepareFrames(
  frames: NdArray<RealDType>,
  plan: PreparePlan,
  held?: Region,
): NdArray<RealDType> {
  const cropped = toRegion(frames, plan, held);
  return rebin(orient(cropped, plan.orientation), plan.rebin, plan.rebinMode);
}

export function prepareWeights(
  weights: NdArray<RealDType>,
  plan: PreparePlan,
  held?: Region,
): NdArray<RealDType> {
  return rebinWeights(orient(toRegion(weights, plan, held), plan.orientation), plan.rebin);
}

function toRegion<D extends RealDType>(array: NdArray<D>, plan: PreparePlan, held?: Region): NdArray<D> {
  if (plan.region === undefined) return array;
  const { row, col, rows, cols } = plan.region;
  return cropPad(array, { row: row - (held?.row ?? 0), col: col - (held?.col ?? 0), rows, cols });
}
