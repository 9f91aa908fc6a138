import { expect, it } from 'vitest';
import { ndarray } from '../../array/ndarray.ts';
import { snapshotArray } from './snapshot-array.ts';

const real = (...values: number[]) => ndarray('float32', [1, values.length], Float32Array.from(values));
const field = {
  data: ndarray('complex64', [2, 1, 1], Float32Array.of(1, 2, 3, 4)),
  ...{ psizeM: [1, 1] as const, originM: [0, 0] as const, energyKeV: 8 },
};
const snapshot = {
  ...{ objects: { SG00: field }, probes: {}, positions: {} },
  frames: [
    {
      ...{ scan: 'S', index: 4, position: [0, 0] as const, center: [0, 1] as const },
      ...{ measured: real(3, 1), model: real(1, 4), weights: real(1, 0) },
    },
  ],
};

it('is the array that the run has, a layer of it for fields', () => {
  expect(snapshotArray(snapshot, { what: 'object', name: 'SG00', layer: 1 })).toEqual(
    ndarray('complex64', [1, 1], Float32Array.of(3, 4)),
  );
  const frame = (what: 'measured' | 'model' | 'difference' | 'mask', index: number | null = 4) =>
    snapshotArray(snapshot, { what, name: 'S', index }).data;
  expect(frame('measured', null)).toEqual(Float32Array.of(3, 1));
  expect(frame('model')).toEqual(Float32Array.of(1, 4));
  expect(frame('difference')).toEqual(Float32Array.of(2, 3));
  expect(frame('mask')).toEqual(Float32Array.of(1, 0));
  // What is given away is not changed.
  expect(frame('measured')).toEqual(Float32Array.of(3, 1));
});

it('says what is not there', () => {
  const ask = (what: 'object' | 'probe', name: string, layer: number) => () =>
    snapshotArray(snapshot, { what, name, layer });
  expect(ask('object', 'SG00', 2)).toThrow('has 2 layers');
  expect(ask('probe', 'SG00', 0)).toThrow("no probe 'SG00'");
  expect(ask('object', 'constructor', 0)).toThrow("no object 'constructor'");
  expect(() => snapshotArray(snapshot, { what: 'model', name: 'S', index: 5 })).toThrow('a page shows');
});
