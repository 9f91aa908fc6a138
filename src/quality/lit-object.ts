/** Where the objects of a reconstruction were lit, from what its file holds. */
import { ndarray, zeros, type NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import type { Result, StoredField } from '../ptyr/result.ts';
import { resultFluence } from './fluence.ts';
import type { LitObject } from './frc/frc-objects.ts';
import { coreDiameter } from './probe-core.ts';

/** The part of a result that says what was lit. */
export type Reconstruction = Pick<Result, 'probes' | 'objects' | 'positions'>;

/** Lit well is what got more than this part of the photons of an amply lit pixel: of the 90th percentile of all that got any. */
const LIT_SHARE = 0.25;
const AMPLE = 0.9;
/** Photons are averaged over a square as wide as this part of the probe: its own dark spots are no gaps in the scan. */
const SPOT = 0.5;

/**
 * An object of a reconstruction by its ID. What is lit well follows from probe and positions; where a file has no positions, it is
 * what lies at least half a frame inside, where positions can be. Throws `DataError` for an ID that is not there.
 */
export function litObject(name: string, content: Reconstruction, id: string): LitObject {
  const field: StoredField | undefined = content.objects[id];
  const probes = Object.values(content.probes);
  if (!Object.hasOwn(content.objects, id) || probes.length === 0) {
    throw new DataError(`${name} has no object '${id}'; it holds ${Object.keys(content.objects).join(', ')}`);
  }
  const photons = resultFluence(content, id);
  let spot = 0;
  let probeM = 0;
  for (const { probeId, objectId, positions } of Object.values(content.positions)) {
    if (objectId !== id || positions.shape[0] === 0) continue;
    const probe = Object.hasOwn(content.probes, probeId) ? content.probes[probeId] : probes[0];
    const diameter = coreDiameter(probe.data);
    spot = Math.max(1, SPOT * diameter);
    probeM = Math.max(probeM, diameter * Math.sqrt(probe.psizeM[0] * probe.psizeM[1]));
  }
  const lit = photons === undefined ? inside(field, probes[0]) : amplyLit(squareMean(photons, spot));
  return { name, field, lit, probeM };
}

function amplyLit({ shape, data }: NdArray<'float64'>): NdArray<'uint8'> {
  // Sums that run along leave a rest of rounding where there is no light.
  const none = 1e-9 * data.reduce((most, value) => Math.max(most, value), 0);
  const any = data.filter((value) => value > none).sort();
  const threshold = LIT_SHARE * (any.at(Math.floor(AMPLE * (any.length - 1))) ?? 0);
  const lit = zeros('uint8', shape);
  data.forEach((value, i) => {
    if (value > threshold) lit.data[i] = 1;
  });
  return lit;
}

/** Running mean over squares about `width` pixels wide; nothing comes from outside. */
function squareMean({ shape, data }: NdArray<'float64'>, width: number): NdArray<'float64'> {
  const [rows, cols] = shape;
  const reach = Math.round((width - 1) / 2);
  const area = (2 * reach + 1) ** 2;
  const along = (source: Float64Array, lines: number, n: number, stride: number, lineStride: number) => {
    const out = new Float64Array(source.length);
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let i = -reach; i < n; i++) {
        if (i + reach < n) sum += source[line * lineStride + (i + reach) * stride];
        if (i - reach - 1 >= 0) sum -= source[line * lineStride + (i - reach - 1) * stride];
        if (i >= 0) out[line * lineStride + i * stride] = sum;
      }
    }
    return out;
  };
  const sums = along(along(data, rows, cols, 1, cols), cols, rows, cols, 1);
  return ndarray(
    'float64',
    shape,
    sums.map((sum) => sum / area),
  );
}

/** Half a frame of the probe is left out on every side. */
function inside({ data }: StoredField, probe: StoredField): NdArray<'uint8'> {
  const [, rows, cols] = data.shape;
  const [above, beside] = [Math.floor(probe.data.shape[1] / 2), Math.floor(probe.data.shape[2] / 2)];
  const lit = zeros('uint8', [rows, cols]);
  for (let r = above; r < rows - above; r++) {
    if (beside < cols - beside) lit.data.fill(1, r * cols + beside, (r + 1) * cols - beside);
  }
  return lit;
}
