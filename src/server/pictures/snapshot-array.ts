/** Arrays of the state of a reconstruction, as they are. */
import { item, ndarray, type NdArray } from '../../array/ndarray.ts';
import { RequestError } from '../files/messages.ts';
import type { ArrayRequest } from '../sources/page-source.ts';
import { frameOf, type Pictured } from './pictured.ts';
import { positionRows } from './position-rows.ts';

/** Throws a `RequestError` for what is not there. Fields are views of the snapshot. */
export function snapshotArray(snapshot: Pictured, request: ArrayRequest): NdArray {
  const { name } = request;
  if (request.what === 'positions') return positionRows(lookUp(snapshot.positions, name, 'scan'));
  if ('layer' in request) {
    const { what, layer } = request;
    const { data } = lookUp(what === 'object' ? snapshot.objects : snapshot.probes, name, what);
    if (layer < data.shape[0]) return item(data, layer);
    throw new RequestError(404, `the ${what} ${name} has ${data.shape[0]} layers, numbered from 0`);
  }
  const { what, index } = request;
  const frame = frameOf(snapshot, name, index);
  if (frame === undefined) throw new RequestError(404, 'only frames that a page shows are at hand');
  if (what === 'mask') return frame.weights;
  if (what === 'measured') return frame.measured;
  if (!('model' in frame)) throw new RequestError(404, 'there is no model of the frames yet');
  return what === 'difference' ? difference(frame.measured, frame.model) : frame.model;
}

/** |a − b| */
export function difference(
  a: NdArray<'float32' | 'float64'>,
  b: NdArray<'float32' | 'float64'>,
): NdArray<'float32' | 'float64'> {
  const apart = ndarray(a.dtype, a.shape, a.data.slice());
  for (let i = 0; i < apart.data.length; i++) apart.data[i] = Math.abs(a.data[i] - b.data[i]);
  return apart;
}

function lookUp<T>(all: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(all, name)) return all[name];
  throw new RequestError(404, `there is no ${what} '${name}'`);
}
