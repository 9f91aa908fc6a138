/** Pictures of the state of a reconstruction. */
import type { NdArray } from '../../array/ndarray.ts';
import type { FrameRFactors } from '../../quality/frame-rfactors.ts';
import type { StoredField } from '../../ptyr/result.ts';
import type { Want } from '../protocol/messages.ts';
import type { UnsentPicture } from '../sources/page-source.ts';
import { frameOf, type Pictured } from './pictured.ts';
import { positionRows } from './position-rows.ts';
import { complexPlane, rangeOf, realPlane, reductionFor, type Plane } from './reduce.ts';

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
    case 'rfactors': {
      const rated = lookUp(snapshot.rfactors ?? {}, want.name);
      return rated === undefined ? undefined : rfactorsPicture(rated);
    }
    case 'frame': {
      const frame = frameOf(snapshot, want.name, want.index);
      return frame === undefined ? undefined : framePicture(frame);
    }
    case 'statistics':
    case 'raw':
      // A run has no raw frames any more.
      return undefined;
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

/** A row for each frame: index, R-factor. */
export function rfactorsPicture({ indices, rfactors }: FrameRFactors): UnsentPicture {
  const values = new Float32Array(2 * indices.length);
  for (const [i, index] of indices.entries()) values.set([index, rfactors[i]], 2 * i);
  return planePicture('real', { rows: indices.length, cols: 2, values, reduction: 1 }, [1, 1]);
}

/** Measured, model, where there is one, and mask. */
export function framePicture(frame: {
  readonly index: number;
  readonly measured: NdArray<'float32' | 'float64'>;
  readonly model?: NdArray<'float32' | 'float64'> | undefined;
  readonly weights: NdArray<'float32' | 'float64'>;
}): UnsentPicture {
  const { index, measured, model, weights } = frame;
  const [rows, cols] = measured.shape;
  const size = rows * cols;
  const values = new Float32Array(3 * size);
  values.set(measured.data, 0);
  if (model !== undefined) values.set(model.data, size);
  else values.fill(NaN, size, 2 * size);
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
