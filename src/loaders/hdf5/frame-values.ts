/** Datasets with a value for each frame: filter and incident intensity. */
import { sizeOf } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { normalisation } from './corrections.ts';
import type { OpenFiles } from './files.ts';
import type { Hdf5Parameters } from './parameters.ts';
import { withoutOuter } from './positions.ts';
import { describeSource, sourceOf, type Source } from './sources.ts';
import type { Stack } from './stack.ts';

/** A value for each frame, in storage order; further axes of the dataset are averaged. */
export async function frameValues(
  files: OpenFiles,
  source: Source | undefined,
  data: Stack,
): Promise<Float64Array | undefined> {
  if (source === undefined) return undefined;
  const values = await files.numbers(source);
  const frames = sizeOf(data.leading);
  for (const { shape, data: numbers } of [values, ...withoutOuter(values, data.outer)]) {
    if (numbers.length === frames) return numbers;
    const matches = [data.leading, [frames]].some((axes) => axes.every((n, i) => shape[i] === n));
    if (!matches) continue;
    const each = numbers.length / frames;
    return Float64Array.from({ length: frames }, (_, i) => {
      const own = numbers.subarray(i * each, (i + 1) * each);
      return own.reduce((sum, x) => sum + x, 0) / each;
    });
  }
  throw new DataError(
    `${describeSource(source)} has the shape (${values.shape.join(', ')}); expected a value for each of the ${frames} frames, (${data.leading.join(', ')})`,
  );
}

/** Factor of each of `frames` that makes the incident intensity even; frames left as they are go into a warning to `log`. */
export async function scaleFactors(
  files: OpenFiles,
  info: Hdf5Parameters,
  data: Stack,
  frames: Int32Array,
  log: Log,
): Promise<Float64Array | undefined> {
  const source = sourceOf(info, 'normalisation');
  const incident = await frameValues(files, source, data);
  if (source === undefined || incident === undefined) return undefined;
  const { scale, outliers, mean, std } = normalisation(incident, info.normalisation.sigma);
  const used = new Set(frames);
  const left = outliers.filter((frame) => used.has(frame));
  if (left.length > 0) {
    const named = left.slice(0, 5).join(', ') + (left.length > 5 ? ', …' : '');
    log.warn(
      `${left.length} of ${frames.length} frames are not normalised, because ${describeSource(source)} is not within ` +
        `${info.normalisation.sigma} sigma of its mean there (${mean.toPrecision(6)} ± ${std.toPrecision(3)}): frames ${named}`,
    );
  }
  return Float64Array.from(frames, (frame) => scale[frame]);
}
