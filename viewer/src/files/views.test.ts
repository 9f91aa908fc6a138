import type { Dataset } from '@h5web/app';
import { expect, it } from 'vitest';
import { partOf, selectionIn, viewsOf } from './views.ts';

const FLOAT = { class: 'Float', size: 32, endianness: 'little-endian' };
const COMPLEX = { class: 'Complex', realType: FLOAT, imagType: FLOAT };

function dataset(dims: readonly number[], type: object = FLOAT, chunks?: readonly number[]): Dataset {
  const shape = { class: 'Array', dims };
  const about = { name: 'data', path: '/entry/data', kind: 'dataset', attributes: [], shape, type };
  return { ...about, ...(chunks === undefined ? {} : { chunks }) } as unknown as Dataset;
}

const shown = (of: Dataset): unknown[] =>
  viewsOf(of).map(({ dataset: { name, shape } }) => [name, ...('dims' in shape ? shape.dims : [])]);

it('shows large planes by every nth pixel, or their middle where chunks would have to be unpacked', () => {
  expect(shown(dataset([4096, 4096]))).toEqual([]);
  expect(shown(dataset([1000, 2048, 2048]))).toEqual([]);
  expect(shown(dataset([3, 20_000, 10_001]))).toEqual([['data, 1 pixel of 4', 3, 5000, 2501]]);
  expect(shown(dataset([20_000, 3000], FLOAT, [1, 3000]))).toEqual([['data, 1 pixel of 2', 10_000, 1500]]);
  expect(shown(dataset([20_000, 20_000], FLOAT, [64, 64]))).toEqual([['data, middle', 4096, 4096]]);
});

it('shows large complex planes by amplitude and phase', () => {
  expect(shown(dataset([2048, 2048], COMPLEX))).toEqual([]);
  expect(shown(dataset([2, 2500, 2500], COMPLEX))).toEqual([
    ['data, amplitude', 2, 2500, 2500],
    ['data, phase', 2, 2500, 2500],
  ]);
  expect(shown(dataset([3000, 3000], COMPLEX)).at(0)).toEqual(['data, amplitude, 1 pixel of 2', 1500, 1500]);
  const [re, im] = [3, -4];
  expect([...partOf(Float32Array.of(re, im, 0, 1), 'amplitude')]).toEqual([5, 1]);
  expect(partOf(Float64Array.of(re, im, 0, 1), 'phase')).toEqual(
    Float64Array.of(Math.atan2(im, re), Math.PI / 2),
  );
});

it('asks for the pixels that it shows', () => {
  const [nth] = viewsOf(dataset([3, 20_000, 10_001]));
  expect(selectionIn(nth, undefined)).toBe(':,0:19997:4,0:10001:4');
  expect(selectionIn(nth, '2,:,:')).toBe('2,0:19997:4,0:10001:4');
  expect(selectionIn(nth, '2,10,:')).toBe('2,40,0:10001:4');
  const [middle] = viewsOf(dataset([20_000, 20_000], FLOAT, [64, 64]));
  expect(selectionIn(middle, ':,0')).toBe('7952:12048:1,7952');
});
