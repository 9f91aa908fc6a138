/** The twin image of an object: what a reconstruction shows whose positions run the wrong way. */
import { astype, fromNumbers, ndarray } from '../../array/ndarray.ts';
import type { LitObject } from './frc-objects.ts';

/** The object turned by 180° and conjugated, on the same grid. Diffraction alone cannot tell it from the object (Friedel's law). */
export function twinOf({ name, field, lit, probeM }: LitObject): LitObject {
  const [, rows, cols] = field.data.shape;
  const wave = astype(field.data, 'complex128').data;
  const last = rows * cols - 1;
  const data = new Float64Array(2 * rows * cols);
  for (let i = 0; i <= last; i++) {
    data[2 * i] = wave[2 * (last - i)];
    data[2 * i + 1] = -wave[2 * (last - i) + 1];
  }
  return {
    name,
    field: { ...field, data: ndarray('complex128', [1, rows, cols], data) },
    lit: fromNumbers('uint8', lit.data.slice().reverse(), [rows, cols]),
    ...(probeM === undefined ? {} : { probeM }),
  };
}
