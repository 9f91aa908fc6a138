/** What is drawn of prepared frames. */
import { fromNumbers, item, toNumbers, type NdArray } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import { frameSvg } from '../../pictures/figures/frame-figure.ts';
import { positionsSvg } from '../../pictures/figures/positions-figure.ts';
import { PtydReader } from '../../ptyd/reading/reader.ts';

/** Frames that are read at once. */
const BATCH = 32;

/** SVG documents. Throws `ConfigError` for a frame that is not there. */
export async function framePictures(
  file: string,
  what: 'frame' | 'mean' | 'positions',
  wanted: number | undefined,
): Promise<string[]> {
  if (wanted !== undefined && what !== 'frame') {
    throw new ConfigError([{ path: '--frame', message: `is for --what frame, not for ${what}` }]);
  }
  const reader = new PtydReader(file);
  await reader.refresh();
  const frame = wanted ?? 0;
  if (frame >= reader.frames) {
    const known = reader.frames === 0 ? 'no frames yet' : `frames 0 to ${reader.frames - 1}`;
    throw new ConfigError([{ path: '--frame', message: `${frame}: ${file} holds ${known}` }]);
  }
  if (what === 'positions') {
    const positions = await reader.readPositions();
    return [positionsSvg({ positions, inPixels: reader.positionsUnit === 'pixel' })];
  }
  return [
    frameSvg({
      ...(what === 'mean' ? await meanFrame(reader) : await oneFrame(reader, frame)),
      ...place(reader),
    }),
  ];
}

interface Drawn {
  readonly frame: NdArray;
  readonly mask: NdArray;
  readonly label?: string;
  readonly title: string;
}

async function oneFrame(reader: PtydReader, ordinal: number): Promise<Drawn> {
  const { data, weights, indices } = await reader.readFrames([ordinal]);
  const frame = item(data, 0);
  const mask = weights === undefined ? (reader.commonWeight ?? ones(frame.shape)) : item(weights, 0);
  return { frame, mask, title: `frame ${ordinal} of ${reader.frames}, scan point ${indices[0]}` };
}

/** The mean of the frames in which a pixel is valid. */
async function meanFrame(reader: PtydReader): Promise<Drawn> {
  const shape = reader.frameShape ?? [0, 0];
  const sums = new Float64Array(shape[0] * shape[1]);
  const counts = new Float64Array(sums.length);
  const common = reader.commonWeight ?? ones(shape);
  for (let from = 0; from < reader.frames; from += BATCH) {
    const n = Math.min(BATCH, reader.frames - from);
    const { data, weights } = await reader.readFrames(Array.from({ length: n }, (_, i) => from + i));
    const values = toNumbers(data);
    const valid = toNumbers(weights ?? common);
    for (let i = 0; i < values.length; i++) {
      const pixel = i % sums.length;
      if (!(valid[weights === undefined ? pixel : i] > 0)) continue;
      sums[pixel] += values[i];
      counts[pixel]++;
    }
  }
  const mean = sums.map((sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]));
  return {
    frame: fromNumbers('float64', mean, shape),
    mask: fromNumbers('float64', counts, shape),
    label: 'mean counts',
    title: `mean of ${reader.frames} frames`,
  };
}

function ones(shape: readonly number[]): NdArray {
  return fromNumbers('uint8', new Uint8Array(shape[0] * shape[1]).fill(1), shape);
}

/** Metres where the file states them, else pixels. */
function place(reader: PtydReader): { psizeM: Pair; inPixels: boolean; center?: Pair } {
  const { psize, center } = reader.content.geometry;
  return {
    psizeM: psize ?? [1, 1],
    inPixels: psize === undefined,
    ...(center === undefined || typeof center === 'string' ? {} : { center }),
  };
}
