import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { fromNumbers, type NdArray } from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import { openFile } from './file.ts';
import { pieces, slabOf, type Selection } from './slab.ts';

const folder = temporaryFolder();

const shapeAndSelection = fc
  .array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      selection: fc.tuple(
        ...shape.map((n) =>
          fc
            .record({ a: fc.nat(n), b: fc.nat(n), step: fc.integer({ min: 1, max: 3 }) })
            .map(({ a, b, step }) => ({ start: Math.min(a, b), stop: Math.max(a, b), step })),
        ),
      ),
      chunks: fc.tuple(...shape.map((n) => fc.integer({ min: 1, max: n }))),
    }),
  );

/** Flat indices of the selected elements, in C order, the slow and obvious way. */
function selected(shape: readonly number[], selection: Selection): number[] {
  return shape.reduce<number[]>(
    (indices, n, axis) => {
      const { start, stop, step = 1 } = selection[axis];
      const along: number[] = [];
      for (let i = start; i < stop; i += step) along.push(i);
      return indices.flatMap((index) => along.map((i) => index * n + i));
    },
    [0],
  );
}

describe('pieces', () => {
  it('of any size cover the selection once, in order, within the limit', () => {
    fc.assert(
      fc.property(
        shapeAndSelection,
        fc.integer({ min: 1, max: 40 }),
        ({ shape, selection, chunks }, limit) => {
          const slab = slabOf(shape, selection, { file: 'f', entry: 'd' });
          const indices: number[] = [];
          if (!slab.count.includes(0)) {
            for (const piece of pieces(slab, 1, chunks, limit)) {
              expect(piece.first).toBe(indices.length);
              expect(piece.elements).toBeLessThanOrEqual(Math.max(1, limit));
              const ranges = piece.count.map((n, axis) => {
                const start = Number(piece.offset[axis]);
                return { start, stop: start + (Number(n) - 1) * slab.step[axis] + 1, step: slab.step[axis] };
              });
              indices.push(...selected(shape, ranges));
            }
          }
          expect(indices).toEqual(selected(shape, selection));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('end on chunk borders, so that no chunk is unpacked twice', () => {
    const slab = slabOf([100, 10], [{ start: 5, stop: 95 }], { file: 'f', entry: 'd' });
    const starts = [...pieces(slab, 1, [8, 10], 200)].map(({ offset }) => Number(offset[0]));
    expect(starts).toEqual([5, 24, 40, 56, 72, 88]);
  });
});

describe('selections of a dataset', () => {
  it('read and write what they name, contiguous and chunked', async () => {
    const file = await openFile(join(folder, 'select.h5'), 'w');
    let n = 0;
    fc.assert(
      fc.property(
        shapeAndSelection,
        fc.constantFrom('none', 'gzip', 'bslz4'),
        ({ shape, selection, chunks }, compression) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const path = `d${n++}`;
          file.createDataset(path, 'int32', shape, compression === 'none' ? {} : { compression, chunks });
          file.write(
            path,
            fromNumbers(
              'int32',
              Array.from({ length: size }, (_, i) => i),
              shape,
            ),
          );
          const chosen = selected(shape, selection);
          const part = file.read(path, selection) as NdArray<'int32'>;
          expect([...part.data]).toEqual(chosen);
          file.write(path, { ...part, data: part.data.map((x) => -x) }, selection);
          const expected = Array.from({ length: size }, (_, i) => (chosen.includes(i) && i > 0 ? -i : i));
          expect([...(file.read(path) as NdArray<'int32'>).data]).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
    file.close();
  });

  it('beyond the dataset are refused with both extents', async () => {
    const file = await openFile(join(folder, 'beyond.h5'), 'w');
    file.write('d', fromNumbers('uint8', [1, 2, 3, 4, 5, 6], [2, 3]));
    const wrong: Selection[] = [
      [{ start: 0, stop: 3 }],
      [{ start: -1, stop: 1 }],
      [{ start: 1, stop: 0 }],
      [{ start: 0, stop: 1.5 }],
      [{ start: 0, stop: 2, step: 0 }],
      [
        { start: 0, stop: 1 },
        { start: 0, stop: 1 },
        { start: 0, stop: 1 },
      ],
    ];
    for (const selection of wrong) expect(() => file.read('d', selection)).toThrow(FileError);
    expect(() => file.read('d', [{ start: 0, stop: 3 }])).toThrow(
      "selection [0:3] does not lie within '/d' of shape [2, 3]",
    );
    expect(() => {
      file.write('d', fromNumbers('uint8', [1, 2]), [{ start: 0, stop: 1 }]);
    }).toThrow('does not fit');
    expect(() => {
      file.write('d', fromNumbers('int8', [1, 2, 3, 4, 5, 6], [2, 3]));
    }).toThrow('cannot write int8 into');
    file.close();
  });

  it('larger than one piece, over a sparse dataset of 5 GiB', async () => {
    const file = await openFile(join(folder, 'large.h5'), 'w');
    file.createDataset('d', 'uint16', [640, 2048, 2048]);
    const row = fromNumbers(
      'uint16',
      Array.from({ length: 2048 }, (_, i) => i),
      [1, 1, 2048],
    );
    for (const frame of [3, 321, 639]) {
      file.write('d', row, [
        { start: frame, stop: frame + 1 },
        { start: frame, stop: frame + 1 },
      ]);
    }
    file.close();
    const again = await openFile(join(folder, 'large.h5'), 'r');
    const rows = again.read('d', [
      { start: 3, stop: 640, step: 318 },
      { start: 0, stop: 2048 },
      { start: 7, stop: 9 },
    ]);
    expect(rows.shape).toEqual([3, 2048, 2]);
    expect([3, 321, 639].map((frame, i) => rows.data[(i * 2048 + frame) * 2 + 1])).toEqual([8, 8, 8]);
    const many = again.read('d', [{ start: 310, stop: 326 }]) as NdArray<'uint16'>;
    expect(many.data[(11 * 2048 + 321) * 2048 + 2047]).toBe(2047);
    expect(many.data.reduce((a, b) => a + b, 0)).toBe((2047 * 2048) / 2);
    again.close();
  });
});
