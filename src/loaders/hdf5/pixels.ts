/** Datasets with a value for each pixel: mask, dark and flat field. */
import { sizeOf, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { maskWeights } from './corrections.ts';
import type { OpenFiles } from './files.ts';
import { squeeze } from './layout.ts';
import { describeSource, type Source } from './sources.ts';
import { paddedShape, placeInto, realArray, type Padding, type Stack } from './stack.ts';

/** Something per pixel: shared by all frames and already in memory, or laid out like the frames. */
export type PixelSource =
  | { readonly kind: 'shared'; readonly array: NdArray<RealDType> }
  | { readonly kind: 'stack'; readonly stack: Stack };

/** (rows, cols) for all frames, or laid out like the frames. */
export async function pixelSource(
  files: OpenFiles,
  source: Source | undefined,
  data: Stack,
): Promise<PixelSource | undefined> {
  if (source === undefined) return undefined;
  const { h5, shape } = await files.find(source);
  const [rows, cols] = data.frame;
  const frames = sizeOf(data.leading);
  if (shape.length >= 2 && shape[shape.length - 2] === rows && shape[shape.length - 1] === cols) {
    for (const outer of [[], data.outer]) {
      const leading = shape.slice(outer.length, -2);
      if (shape.length < outer.length + 2 || outer.some((index, axis) => index >= shape[axis])) continue;
      const count = sizeOf(leading);
      if (count === 1) {
        const selection = outer.map((index) => ({ start: index, stop: index + 1 }));
        const array = realArray(h5.read(source.key, selection));
        return { kind: 'shared', array: { ...array, shape: [rows, cols] } };
      }
      const likeFrames = squeeze(leading).length === 1 || leading.join() === data.leading.join();
      if (count === frames && likeFrames) {
        return { kind: 'stack', stack: { ...source, outer, leading, frame: data.frame } };
      }
    }
  }
  const layout = [...data.leading, rows, cols].join(', ');
  throw new DataError(
    `${describeSource(source)} has the shape (${shape.join(', ')}); expected (${rows}, ${cols}) or (${layout}) as in ${describeSource(data)}`,
  );
}

/** The mask that all frames share; with padding there always is one, because padded pixels are masked. */
export function sharedWeight(
  mask: PixelSource | undefined,
  invert: boolean,
  frame: Pair,
  padding: Padding,
): NdArray<RealDType> | undefined {
  const padded = padding.some((n) => n > 0);
  if (mask?.kind === 'stack' || (mask === undefined && !padded)) return undefined;
  const [rows, cols] = frame;
  const weight: NdArray<RealDType> =
    mask === undefined
      ? { dtype: 'uint8', shape: frame, data: new Uint8Array(rows * cols).fill(1) }
      : maskWeights(mask.array, invert);
  if (!padded) return weight;
  const [height, width] = paddedShape(frame, padding);
  const [top, , left] = padding;
  return placeInto(
    weight,
    { row: 0, col: 0, rows, cols },
    { row: -top, col: -left, rows: height, cols: width },
    0,
  );
}
