/** Pictures of the state of a reconstruction. */
import type { NdArray } from '../../array/ndarray.ts';
import type { Snapshot } from '../../run/control/snapshot.ts';
import type { StoredField } from '../../ptyr/result.ts';
import type { Want } from '../protocol/messages.ts';
import type { UnsentPicture } from '../sources/page-source.ts';
import { positionRows } from './position-rows.ts';
import { complexPlane, rangeOf, realPlane, reductionFor, type Plane } from './reduce.ts';

type Pictured = Pick<Snapshot, 'probes' | 'objects' | 'positions' | 'frames'> & {
  readonly fluence?: Snapshot['fluence'] | undefined;
};

/** Undefined: not there (yet). Throws an `Error` for what cannot be. */
export function snapshotPicture(snapshot: Pictured, want: Want): UnsentPicture | undefined {
  switch (want.what) {
    case 'object':
    case 'probe': {
      const fields = want.what === 'object' ? snapshot.objects : snapshot.probes;
      const field = lookUp(fields, want.name);
      return field === undefined ? undefined : fieldPicture(field, want);
    }
    case 'coverage': {
      const [field, fluence] = [
        lookUp(snapshot.objects, want.name),
        lookUp(snapshot.fluence ?? {}, want.name),
      ];
      if (field === undefined || fluence === undefined) return undefined;
      const [rows, cols] = fluence.shape;
      const plane = realPlane(fluence, reductionFor([rows, cols], want.screen));
      return planePicture('real', plane, field.psizeM);
    }
    case 'positions': {
      const scan = lookUp(snapshot.positions, want.name);
      return scan === undefined ? undefined : positionsPicture(positionRows(scan));
    }
    case 'frame': {
      const own = snapshot.frames.filter(({ scan }) => scan === want.name);
      const frame = want.index === null ? own.at(-1) : own.find(({ index }) => index === want.index);
      return frame === undefined ? undefined : framePicture(frame);
    }
  }
}

/** Throws an `Error` for a layer that is not there. */
function fieldPicture(
  { data, psizeM }: StoredField,
  { what, name, layer, screen }: Extract<Want, { what: 'object' | 'probe' }>,
): UnsentPicture {
  const [layers, rows, cols] = data.shape;
  if (!(layer < layers)) {
    throw new Error(`the ${what} ${name} has ${layers} layers, numbered from 0; asked for ${layer}`);
  }
  const plane = complexPlane(
    data as NdArray<'complex64' | 'complex128'>,
    layer,
    reductionFor([rows, cols], screen),
  );
  return planePicture('complex', plane, psizeM);
}

/** Rows of `positionRows`. */
export function positionsPicture({ shape, data }: NdArray<'float64'>): UnsentPicture {
  const [rows, cols] = shape;
  return planePicture('real', { rows, cols, values: Float32Array.from(data), reduction: 1 }, [1, 1]);
}

/** Measured, model and mask. */
function framePicture({ index, measured, model, weights }: Pictured['frames'][number]): UnsentPicture {
  const [rows, cols] = measured.shape;
  const size = rows * cols;
  const values = new Float32Array(3 * size);
  values.set(measured.data, 0);
  values.set(model.data, size);
  for (let i = 0; i < size; i++) values[2 * size + i] = weights.data[i] > 0 ? 1 : 0;
  const range = rangeOf(values.subarray(0, size), false);
  return { kind: 'real', planes: 3, rows, cols, reduction: 1, index, psizeM: [1, 1], range, values };
}

/** A picture of one plane; `psizeM` of the pixels before they were averaged. */
export function planePicture(
  kind: 'complex' | 'real',
  { rows, cols, values, reduction }: Plane,
  psizeM: readonly [number, number],
): UnsentPicture {
  return {
    ...{ kind, planes: 1, rows, cols, reduction, index: -1, values },
    psizeM: [psizeM[0] * reduction, psizeM[1] * reduction],
    range: rangeOf(values, kind === 'complex'),
  };
}

function lookUp<T>(all: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
