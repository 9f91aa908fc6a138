/** What loaders hand to the base class, and its reduction to stacks. */
import { allocate, fromNumbers, isNdArray, type NdArray, type RealDType } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { FrameInput, PositionInput } from '../frames/raw.ts';

/** One stack of frames that agree in shape and element type. */
export function stack(input: FrameInput, what: string): NdArray<RealDType> {
  if (isNdArray(input)) return input;
  const frames = input;
  if (frames.length === 0) return { dtype: 'float64', shape: [0, 0, 0], data: new Float64Array() };
  const [first] = frames;
  const size = first.data.length;
  const data = allocate(first.dtype, size * frames.length);
  frames.forEach((frame, i) => {
    if (frame.dtype !== first.dtype || frame.shape.join() !== first.shape.join()) {
      throw new DataError(
        `${what} ${i} of this chunk is ${frame.shape.join('x')} ${frame.dtype}, the first is ${first.shape.join('x')} ${first.dtype}`,
      );
    }
    data.set(frame.data, i * size);
  });
  return { dtype: first.dtype, shape: [frames.length, ...first.shape], data };
}

/** Positions as an (n, 2) array; anything else is an error that says what was given. */
export function positionsArray(input: PositionInput, source: string): NdArray<'float64'> {
  if (isNdArray(input)) {
    if (input.shape.length !== 2 || input.shape[1] !== 2) {
      throw new DataError(
        `${source} gives positions of shape (${input.shape.join(', ')}); expected (frames, 2)`,
      );
    }
    const wrong = input.data.findIndex((x) => !Number.isFinite(x));
    if (wrong !== -1) {
      throw new DataError(
        `${source} gives position ${wrong >> 1} as ${input.data[wrong]} on axis ${wrong % 2}; expected metres`,
      );
    }
    return input;
  }
  const bad = input.findIndex((pair) => pair.length !== 2 || !pair.every((x) => Number.isFinite(x)));
  if (bad !== -1) {
    throw new DataError(
      `${source} gives position ${bad} as (${input[bad].join(', ')}); expected (y, x) in metres`,
    );
  }
  return fromNumbers('float64', input.flat(), [input.length, 2]);
}
