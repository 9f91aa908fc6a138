/**
 * What a scan's files hold, looked at once before frames are read: which frames make the scan, their positions, the mask
 * and corrections all frames share, and recorded geometry. Plain data, so that it can be sent to other ranks.
 */
import { sizeOf, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { ConfigError, DataError } from '../../errors.ts';
import type { RawMeta } from '../../frames/raw.ts';
import type { Log } from '../../log.ts';
import type { OpenFiles } from './files.ts';
import { frameValues, scaleFactors } from './frame-values.ts';
import { selectFrames, squeeze, type ScanMap } from './layout.ts';
import type { Hdf5Parameters } from './parameters.ts';
import { pixelSource, sharedWeight, type PixelSource } from './pixels.ts';
import { readPositions } from './positions.ts';
import { readRecorded } from './recorded.ts';
import { describeSource, framesSource, positionSources, sourceOf } from './sources.ts';
import { paddedShape, type Padding, type Stack } from './stack.ts';

/** How frames are loaded and corrected. */
export interface Hdf5Plan {
  readonly data: Stack;
  readonly padding: Padding;
  /** Storage number of the frame of each scan point. */
  readonly frames: Int32Array;
  /** Only a mask of each frame; a shared one is the scan's weight. */
  readonly mask: Stack | undefined;
  readonly dark: PixelSource | undefined;
  readonly flat: PixelSource | undefined;
  /** Factor of each scan point. */
  readonly scale: Float64Array | undefined;
}

export interface Survey {
  /** (N, 2) m, (y, x); undefined when `positions_theory` rules. */
  readonly positions: NdArray<'float64'> | undefined;
  /** (rows, cols) of the padded frame. */
  readonly weight: NdArray<RealDType> | undefined;
  readonly rawMeta: RawMeta & { readonly hdf5: Hdf5Plan };
}

export async function survey(files: OpenFiles, info: Hdf5Parameters, log: Log): Promise<Survey> {
  const data = await findFrames(files, info);
  if (sizeOf([...data.leading, ...data.frame]) === 0) {
    const shape = [...data.leading, ...data.frame].join(', ');
    throw new DataError(`${describeSource(data)} holds no frame: its shape is (${shape})`);
  }
  const sources = positionSources(info);
  const map = sources === undefined ? undefined : await readPositions(files, info, data, sources, log);
  const { bounding_box: box, skip } = info.positions;
  const filter = await frameValues(files, sourceOf(info, 'framefilter'), data);
  const frames = selectFrames(map?.grid ?? squeeze(data.leading), {
    slowBounds: box.slow_axis_bounds,
    fastBounds: box.fast_axis_bounds,
    skip,
    filter,
    order: info.frameorder.indices,
  });
  checkTheory(info, frames.length);
  const total = sizeOf(data.leading);
  if (frames.length < total)
    log.info(`${describeSource(data)}: ${frames.length} of ${total} frames are used`);
  const scale = await scaleFactors(files, info, data, frames, log);
  const positions = map === undefined ? undefined : positionsIn(map, frames);
  return surveyOf(files, info, { data, frames, scale, positions }, log);
}

/** The rest of a survey: what all frames share. */
export async function surveyOf(
  files: OpenFiles,
  info: Hdf5Parameters,
  { data, frames, scale, positions }: Pick<Hdf5Plan, 'data' | 'frames' | 'scale'> & Pick<Survey, 'positions'>,
  log: Log,
): Promise<Survey> {
  const padding = info.padding ?? [0, 0, 0, 0];
  const mask = await pixelSource(files, sourceOf(info, 'mask'), data);
  const [dark, flat] = [
    await pixelSource(files, sourceOf(info, 'darkfield'), data),
    await pixelSource(files, sourceOf(info, 'flatfield'), data),
  ];
  return {
    positions,
    weight: sharedWeight(mask, info.mask.invert, data.frame, padding),
    rawMeta: {
      ...(await readRecorded(files, info, info.outer_index ?? [], log)),
      frameShape: paddedShape(data.frame, padding),
      hdf5: {
        data,
        padding,
        frames,
        mask: mask?.kind === 'stack' ? mask.stack : undefined,
        dark,
        flat,
        scale,
      },
    },
  };
}

/** The frames as they are stored by now; there may be none yet. */
export async function findFrames(files: OpenFiles, info: Hdf5Parameters): Promise<Stack> {
  const source = framesSource(info);
  const outer = info.outer_index ?? [];
  const { shape } = await files.find(source);
  const leading = shape.slice(outer.length, -2);
  const axes = squeeze(leading).length;
  if (shape.length < outer.length + 3 || axes > 2) {
    const item = outer.length === 0 ? '' : `outer_index [${outer.join(', ')}] and then `;
    const hint = axes > 2 ? '; outer_index picks one scan out of several' : '';
    throw new DataError(
      `${describeSource(source)} has the shape (${shape.join(', ')}); expected ${item}(frames, rows, cols) or (slow, fast, rows, cols)${hint}`,
    );
  }
  const axis = outer.findIndex((index, i) => index >= shape[i]);
  if (axis !== -1) {
    throw new DataError(
      `outer_index ${outer[axis]} is outside axis ${axis} of ${describeSource(source)} of shape (${shape.join(', ')})`,
    );
  }
  const frame = [shape[shape.length - 2], shape[shape.length - 1]] as const;
  return { ...source, outer, leading, frame, isCounts: true };
}

function positionsIn(map: ScanMap, frames: Int32Array): NdArray<'float64'> {
  const data = new Float64Array(frames.length * 2);
  frames.forEach((frame, i) => {
    data[2 * i] = map.slow[frame];
    data[2 * i + 1] = map.fast[frame];
  });
  return { dtype: 'float64', shape: [frames.length, 2], data };
}

function checkTheory(info: Hdf5Parameters, frames: number): void {
  const given = info.positions_theory?.length;
  if (given === undefined || given <= frames) return;
  throw new ConfigError([
    { path: 'positions_theory', message: `${given} positions are given for ${frames} frames` },
  ]);
}
