/** What a raw frame becomes: prepared as a run prepares it, by the same code. */
import { orientationFrom } from '../../../src/scan/prepare/orient.ts';
import { planPreparation, prepareFrames, prepareWeights } from '../../../src/scan/prepare/prepare.ts';
import type { Preparation } from '../../../src/server/protocol/messages.ts';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

/** What is chosen in the page. */
export interface Chosen {
  /** (row, col) */
  readonly center: readonly [number, number];
  /** (rows, cols); null: whole frames. */
  readonly shape: readonly [number, number] | null;
  readonly rebin: number;
  readonly orientation: number;
}

/** `raw`: counts, anything, weights. Throws an `Error` that says why it cannot be prepared so. */
export function preparedPicture(
  raw: Picture,
  mask: Uint8Array,
  { center, shape, rebin, orientation }: Chosen,
  { rebinMode, forceSquare }: Preparation['given'],
): Picture {
  const { rows, cols, values } = raw;
  const size = rows * cols;
  const plan = planPreparation({
    ...{ center, shape, rebin, rebinMode, forceSquare, psize: null },
    frameShape: [rows, cols],
    orientation: orientationFrom(orientation),
  });
  const stack = [1, rows, cols];
  const counts = values.subarray(0, size);
  const weights = values.slice(2 * size);
  for (let i = 0; i < size; i++) weights[i] *= mask[i];
  const prepared = prepareFrames({ dtype: 'float32', shape: stack, data: counts }, plan);
  const { data: kept } = prepareWeights({ dtype: 'float32', shape: stack, data: weights }, plan);
  const [height, width] = plan.shape;
  const all = new Float32Array(3 * height * width);
  all.set(prepared.data);
  const counted = all.subarray(2 * height * width);
  for (let i = 0; i < counted.length; i++) counted[i] = kept[i] > 0 ? 1 : 0;
  return { ...raw, rows: height, cols: width, values: all };
}
