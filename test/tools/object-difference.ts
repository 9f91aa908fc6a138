/** How far the objects of two reconstruction files differ where both are lit well, relative, after alignment. */
import { astype, ndarray } from '../../src/array/ndarray.ts';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { alignObjects } from '../../src/quality/align.ts';
import { largestRectangle } from '../../src/quality/frc/lit-rectangle.ts';
import { litObject } from '../../src/quality/lit-object.ts';

export async function objectDifference(first: string, second: string): Promise<number> {
  const a = await readPtyr(first);
  const b = await readPtyr(second);
  const [id] = Object.keys(a.objects);
  const [one, two] = [litObject(first, a, id), litObject(second, b, id)];
  const { psizeM, originM } = one.field;
  const [rows, cols] = one.lit.shape;
  const [, rows2, cols2] = two.field.data.shape;
  const away = [0, 1].map((axis) => Math.round((two.field.originM[axis] - originM[axis]) / psizeM[axis]));
  const lit = one.lit.data.map((value, i) => {
    const [row, col] = [Math.floor(i / cols) - away[0], (i % cols) - away[1]];
    const isInside = row >= 0 && col >= 0 && row < rows2 && col < cols2;
    return isInside ? value * two.lit.data[row * cols2 + col] : 0;
  });
  const { row: top, col: left, ...size } = largestRectangle(lit, [rows, cols]);
  const crop = (field: typeof one.field, row: number, col: number) => {
    const [, , width] = field.data.shape;
    const values = astype(field.data, 'complex128').data;
    const out = new Float64Array(2 * size.rows * size.cols);
    for (let r = 0; r < size.rows; r++) {
      const start = 2 * ((row + r) * width + col);
      out.set(values.subarray(start, start + 2 * size.cols), 2 * r * size.cols);
    }
    return ndarray('complex128', [size.rows, size.cols], out);
  };
  const { error } = alignObjects(crop(one.field, top, left), crop(two.field, top - away[0], left - away[1]));
  return error;
}
