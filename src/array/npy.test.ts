import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { once } from '../../test/tools/once.ts';
import { peer } from '../../test/tools/peer.ts';
import { DTYPES, fromNumbers, toNumbers, zeros } from './ndarray.ts';
import { formatNpy, parseNpy } from './npy.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-npy-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function numpy(script: string): string {
  return execFileSync(peer('h5py'), ['-c', `import numpy as np\n${script}`], {
    cwd: folder,
    encoding: 'utf8',
  });
}

describe('parseNpy', () => {
  beforeEach(
    once(() => {
      numpy(`
a = np.arange(24).reshape(2, 3, 4)
for t in 'i1 u1 i2 u2 i4 u4 i8 u8 f4 f8 c8 c16'.split():
    np.save('little_' + t, a.astype('<' + t)); np.save('big_' + t, a.astype('>' + t)); np.save('fortran_' + t, np.asfortranarray(a.astype(t)))
np.save('bool', a % 2 == 0); np.save('scalar', np.float64(2.5)); np.save('empty', np.zeros((0, 3))); np.save('complex', np.array([1 + 2j, 3 - 4j]))
np.save('text', np.array(['a'])); np.save('vector', np.arange(5.0))`);
    }),
  );
  const read = (name: string) => parseNpy(readFileSync(join(folder, `${name}.npy`)), `${name}.npy`);

  it.each('i1 u1 i2 u2 i4 u4 i8 u8 f4 f8'.split(' '))('reads %s in every byte and axis order', (type) => {
    for (const kind of ['little', 'big', 'fortran']) {
      const array = read(`${kind}_${type}`);
      expect(array.shape).toEqual([2, 3, 4]);
      expect(Array.from(toNumbers(array)), kind).toEqual(Array.from({ length: 24 }, (_, i) => i));
    }
  });

  it('reads complex numbers, bools, scalars and empty arrays', () => {
    expect(Array.from(toNumbers(read('complex')))).toEqual([1, 2, 3, -4]);
    expect(Array.from(toNumbers(read('fortran_c16'))).filter((_, i) => i % 2 === 0)).toEqual(
      Array.from({ length: 24 }, (_, i) => i),
    );
    expect(read('bool').dtype).toBe('bool');
    expect(read('scalar')).toMatchObject({ shape: [], data: Float64Array.of(2.5) });
    expect(read('empty').shape).toEqual([0, 3]);
    expect(read('vector').shape).toEqual([5]);
  });

  it('says what is wrong with a file', () => {
    expect(() => parseNpy(Uint8Array.of(1, 2, 3), 'x.npy')).toThrow('x.npy: is not a .npy file');
    expect(() => read('text')).toThrow(/text.npy: has a header that is not understood/);
    const bytes = readFileSync(join(folder, 'vector.npy'));
    expect(() => parseNpy(bytes.subarray(0, -3), 'v.npy')).toThrow(
      'v.npy: is cut short: 37 of 40 bytes of data',
    );
  });
});

describe('formatNpy', () => {
  it.each(DTYPES)('writes %s as numpy reads it', (dtype) => {
    const file = join(folder, `own_${dtype}.npy`);
    writeFileSync(file, formatNpy(zeros(dtype, [2, 3])));
    expect(numpy(`a = np.load('own_${dtype}.npy'); print(a.dtype, a.shape)`).trim()).toBe(`${dtype} (2, 3)`);
  });

  it('keeps values and the shape of vectors', () => {
    writeFileSync(join(folder, 'own.npy'), formatNpy(fromNumbers('float64', [1.5, -2])));
    expect(numpy(`print(np.load('own.npy').tolist())`).trim()).toBe('[1.5, -2.0]');
  });
});
