/** Diffraction frames of a known probe and object: what a perfect or a noisy detector would measure. */
import { planFft2 } from '../array/fft.ts';
import type { NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import { createPropagator, samplePhase, type PropagatorGeometry } from '../geometry/propagation.ts';
import { gaussianBlur } from './blur.ts';
import { stream } from './random.ts';

export interface DiffractionInput {
  /** (rows, cols), or (modes, rows, cols) of a partially coherent beam. */
  readonly probe: NdArray<'complex128'>;
  /** (height, width) */
  readonly object: NdArray<'complex128'>;
  /** Position at which the probe's frame starts at the object's pixel (0, 0), m (row, col). */
  readonly objectOriginM: Pair;
  readonly geometry: PropagatorGeometry;
  /** Standard deviation of the detector's gaussian point spread, pixels (row, col). Default 0. */
  readonly psf?: number | Pair;
}

export interface Diffraction {
  /** First row and column of the probe's frame in the object at a position (m): rounded to the nearest pixel. */
  corner(row: number, col: number): [row: number, col: number];
  /** Mean photon counts (rows · cols) at a position, m. Throws `DataError` when the frame leaves the object. */
  intensities(row: number, col: number): Float64Array;
}

/** One transform per frame and probe mode in the far field, two in the near field; memory is shared between frames. */
export function createDiffraction(input: DiffractionInput): Diffraction {
  const { probe, object, objectOriginM, geometry } = input;
  const [rows, cols] = geometry.shape;
  const [height, width] = object.shape;
  const modes = probe.data.length / (2 * rows * cols);
  if (!Number.isInteger(modes) || modes === 0) {
    throw new DataError(`probe of shape ${probe.shape.join('x')} with frames of ${rows}x${cols}: must agree`);
  }
  const { light, propagate } = prepare(probe.data, geometry);
  const wave = new Float64Array(2 * rows * cols);
  const blur = gaussianBlur(rows, cols, input.psf ?? 0);

  function corner(row: number, col: number): [number, number] {
    return [
      Math.round((row - objectOriginM[0]) / geometry.resolutionM[0]),
      Math.round((col - objectOriginM[1]) / geometry.resolutionM[1]),
    ];
  }

  function intensities(row: number, col: number): Float64Array {
    const [top, left] = corner(row, col);
    if (!(top >= 0 && left >= 0 && top + rows <= height && left + cols <= width)) {
      throw new DataError(
        `position (${row}, ${col}) m puts the frame at pixel (${top}, ${left}), which leaves the ${height}x${width} object`,
      );
    }
    const frame = new Float64Array(rows * cols);
    for (let mode = 0; mode < modes; mode++) {
      illuminate(wave, light.subarray(mode * wave.length), object, [top, left], cols);
      propagate(wave);
      for (let i = 0; i < frame.length; i++) frame[i] += wave[2 * i] ** 2 + wave[2 * i + 1] ** 2;
    }
    return blur(frame);
  }

  return { corner, intensities };
}

/** The detector plane's phase changes no intensity and the sample plane's goes with the probe: left is the plain transform. */
function prepare(
  probe: Float64Array,
  geometry: PropagatorGeometry,
): { light: Float64Array; propagate: (wave: Float64Array) => void } {
  if (geometry.propagation === 'nearfield') {
    const propagator = createPropagator(geometry);
    return {
      light: probe,
      propagate: (wave) => {
        propagator.forward(wave);
      },
    };
  }
  const phase = samplePhase(geometry);
  const light = new Float64Array(probe.length);
  for (let i = 0; i < light.length; i += 2) {
    const j = i % phase.length;
    light[i] = probe[i] * phase[j] - probe[i + 1] * phase[j + 1];
    light[i + 1] = probe[i] * phase[j + 1] + probe[i + 1] * phase[j];
  }
  const fft = planFft2(...geometry.shape);
  return {
    light,
    propagate: (wave) => {
      fft.forward(wave);
    },
  };
}

/** wave = light · object's window */
function illuminate(
  wave: Float64Array,
  light: Float64Array,
  object: NdArray<'complex128'>,
  [top, left]: Pair,
  cols: number,
): void {
  const width = object.shape[1];
  for (let i = 0; i < wave.length; i += 2) {
    const pixel = i / 2;
    const row = Math.floor(pixel / cols);
    const j = 2 * ((top + row) * width + left + pixel - row * cols);
    const [re, im] = [object.data[j], object.data[j + 1]];
    wave[i] = light[i] * re - light[i + 1] * im;
    wave[i + 1] = light[i] * im + light[i + 1] * re;
  }
}

/** Counts that a photon-counting detector reads: Poisson numbers from the stream of `index`, int32. */
export function countPhotons(intensities: Float64Array, seed: number, index: number): Int32Array {
  const random = stream(seed, index);
  return Int32Array.from(intensities, (mean) => {
    // Beyond, int32 would wrap round; six sigma keep the drawn number below it too.
    if (mean > 2 ** 31 - 300_000) {
      throw new DataError(`a pixel expects ${mean} photons, more than int32 holds: lower photons`);
    }
    return random.poisson(mean);
  });
}
