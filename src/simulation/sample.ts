/** A sample to simulate frames of, from an array of its picture: by ptypy's names of `sample` and `sample.process`. */
import { astype, describe, ndarray, type NdArray } from '../array/ndarray.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { gaussianBlur } from './blur.ts';

export interface SampleProcess {
  /** Pixels of the array (row, col) by which the scan's middle is away from the array's. */
  readonly offset: Pair;
  /** Scale of the picture (row, col). */
  readonly zoom: Pair | null;
  /** Standard deviation of a gaussian it is smoothed with, pixels. */
  readonly smoothing: number | null;
  /** Refractive index of the material less 1, [−δ, β]; null: none. */
  readonly refraction: Pair | null;
  /** Thickness where the array is largest, m. Null: the array holds metres. */
  readonly thickness: number | null;
}

/**
 * The transmission of a sample on an object of `shape`, whose middle is the scan's: `fill` where the array does not reach. With a
 * refraction the modulus of the array is a thickness: exp(2πi·refraction·thickness/λ); with a thickness alone the array times it is the
 * projected refraction; else the array is the transmission. Throws a `ConfigError` for an array that is no picture.
 */
export function createSample(
  model: NdArray,
  process: SampleProcess | null,
  fill: Pair,
  wavelengthM: number,
  shape: Pair,
): NdArray<'complex128'> {
  const picture = zoomed(asPicture(model), process?.zoom ?? [1, 1]);
  const smooth = process?.smoothing ?? 0;
  const wave = transmit(smooth > 0 ? blurred(picture, smooth) : picture, process, wavelengthM);
  const [rows, cols] = shape;
  const data = new Float64Array(2 * rows * cols);
  const start = [0, 1].map(
    (axis) => Math.floor(wave.shape[axis] / 2) + (process?.offset[axis] ?? 0) - Math.floor(shape[axis] / 2),
  );
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++, i += 2) {
      const [y, x] = [r + start[0], c + start[1]];
      const isInside = y >= 0 && x >= 0 && y < wave.shape[0] && x < wave.shape[1];
      const from = 2 * (y * wave.shape[1] + x);
      data[i] = isInside ? wave.data[from] : fill[0];
      data[i + 1] = isInside ? wave.data[from + 1] : fill[1];
    }
  }
  return ndarray('complex128', shape, data);
}

interface Picture {
  readonly shape: Pair;
  /** Interleaved complex. */
  readonly data: Float64Array;
}

function asPicture(model: NdArray): Picture {
  const [rows, cols] = model.shape.slice(-2);
  const layers = model.shape.slice(0, -2).reduce((n, axis) => n * axis, 1);
  if (model.shape.length < 2 || layers !== 1) {
    throw new ConfigError([
      { path: 'sample.model', message: `${describe(model)}: an array (rows, cols) is needed` },
    ]);
  }
  return { shape: [rows, cols], data: astype(model, 'complex128').data };
}

function transmit(picture: Picture, process: SampleProcess | null, wavelengthM: number): Picture {
  const { refraction = null, thickness = null } = process ?? {};
  if (refraction === null && thickness === null) return picture;
  const wave = (2 * Math.PI) / wavelengthM;
  const data = new Float64Array(picture.data.length);
  let largest = 0;
  for (let i = 0; i < data.length; i += 2) {
    largest = Math.max(largest, Math.hypot(picture.data[i], picture.data[i + 1]));
  }
  const scale =
    thickness === null ? 1 : refraction === null || largest === 0 ? thickness : thickness / largest;
  for (let i = 0; i < data.length; i += 2) {
    const [re, im] = [picture.data[i], picture.data[i + 1]];
    // n − 1 projected, m: exp(ik(a + ib)) = exp(−kb)·exp(ika)
    const [a, b] =
      refraction === null
        ? [scale * re, scale * im]
        : [refraction[0] * scale * Math.hypot(re, im), refraction[1] * scale * Math.hypot(re, im)];
    const modulus = Math.exp(-wave * b);
    data[i] = modulus * Math.cos(wave * a);
    data[i + 1] = modulus * Math.sin(wave * a);
  }
  return { shape: picture.shape, data };
}

function blurred({ shape, data }: Picture, sigma: number): Picture {
  const blur = gaussianBlur(...shape, sigma);
  const out = new Float64Array(data.length);
  for (const part of [0, 1]) {
    const plane = blur(Float64Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + part]));
    for (let i = 0; i < plane.length; i++) out[2 * i + part] = plane[i];
  }
  return { shape, data: out };
}

function zoomed(picture: Picture, [down, right]: Pair): Picture {
  if (down === 1 && right === 1) return picture;
  const [rows, cols] = picture.shape;
  const y = samples(rows, down);
  const x = samples(cols, right);
  const between = new Float64Array(2 * rows * x.length);
  x.forEach((taps, c) => {
    for (const [from, weight] of taps) {
      for (let r = 0; r < rows; r++) {
        between[2 * (r * x.length + c)] += weight * picture.data[2 * (r * cols + from)];
        between[2 * (r * x.length + c) + 1] += weight * picture.data[2 * (r * cols + from) + 1];
      }
    }
  });
  const data = new Float64Array(2 * y.length * x.length);
  y.forEach((taps, r) => {
    for (const [from, weight] of taps) {
      const [source, target] = [2 * from * x.length, 2 * r * x.length];
      for (let i = 0; i < 2 * x.length; i++) data[target + i] += weight * between[source + i];
    }
  });
  return { shape: [y.length, x.length], data };
}

/** Pixels and weights that make each of the pixels of a line scaled by `zoom`: means over what they cover, or between two. */
function samples(n: number, zoom: number): (readonly (readonly [from: number, weight: number])[])[] {
  const length = Math.max(1, Math.round(n * zoom));
  return Array.from({ length }, (_, i) => {
    if (zoom < 1) {
      const [start, stop] = [i / zoom, Math.min(n, (i + 1) / zoom)];
      const first = Math.min(n - 1, Math.floor(start));
      const last = Math.max(first, Math.ceil(stop) - 1);
      const width = Math.max(stop - start, 1e-9);
      return Array.from({ length: last - first + 1 }, (_unused, k) => {
        const covered = Math.min(stop, first + k + 1) - Math.max(start, first + k);
        return [first + k, first === last ? 1 : covered / width] as const;
      });
    }
    const at = Math.min(n - 1, Math.max(0, (i + 0.5) / zoom - 0.5));
    const first = Math.min(n - 1, Math.floor(at));
    const next = Math.min(n - 1, first + 1);
    return [[first, 1 - (at - first)] as const, [next, at - first] as const];
  });
}
