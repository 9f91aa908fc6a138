import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openGolden } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import {
  allocate,
  componentsOf,
  DTYPES,
  fromNumbers,
  ndarray,
  sizeOf,
  type NdArray,
} from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { float, int, isOpaque, readTree, stampFile, writeTree, type TreeOptions } from './encoding.ts';
import { openFile } from './file.ts';

const folder = temporaryFolder();
let count = 0;

/** Writes with one open file, reads with another. */
async function roundTrip(value: unknown, options?: TreeOptions): Promise<unknown> {
  const path = join(folder, `${count++}.h5`);
  const file = await openFile(path, 'w');
  writeTree(file, 'value', value, options);
  file.close();
  const again = await openFile(path, 'r');
  const read = readTree(again, 'value');
  again.close();
  return read;
}

describe('what ptypy wrote', () => {
  it('one of every type', async () => {
    const file = await openGolden('files/types.h5');
    const tree = readTree(file) as Record<string, unknown>;
    file.close();
    expect(tree).toMatchObject({
      a_bool: true,
      a_float: 2.5,
      a_str: 'äöü text',
      an_int: 3,
      bool_array: ndarray('bool', [2], Uint8Array.of(1, 0)),
      complex_array: ndarray('complex64', [4], Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3)),
      complex_scalar: ndarray('complex128', [], Float64Array.of(1, 2)),
      empty_array: fromNumbers('float64', []),
      empty_list: [],
      empty_str: '',
      int64: ndarray('int64', [3], BigInt64Array.of(0n, 1n, 2n)),
      int_list: [1, 2, 3],
      mixed_list: [1, 'two', null, 3, [4, 5]],
      nested: { a: { b: { c: 7 } } },
      none: null,
      ordered: { a: 2, b: 1 },
      param: { x: 1, y: { z: 'zz' } },
      scalar32: 1.25,
      str_list: ['a', 'bc'],
      tuple_mixed: [1, 'a'],
      tuple_same: [1.5, 2.5],
      uint16: fromNumbers('uint16', [0, 1, 2, 3, 4]),
    });
    expect(tree.array).toMatchObject({ dtype: 'float64', shape: [3, 4] });
  });

  it('a reconstruction, records and all', async () => {
    const file = await openGolden('files/moon_DM.ptyr');
    const tree = readTree(file) as { content: Record<string, Record<string, Record<string, unknown>>> };
    file.close();
    const probe = tree.content.probe.SMFG00;
    expect(probe.data).toMatchObject({ dtype: 'complex64', shape: [2, 64, 64] });
    expect(isOpaque(probe._record)).toBe(true);
    expect(probe._record).toEqual({ opaque: 'compound', path: 'content/probe/SMFG00/_record' });
    expect(tree.content.pars.engines).toEqual({ e: { name: 'DM', numiter: 10 } });
    expect(tree.content.runtime.iter_info).toHaveLength(10);
  });

  it('scans, in one file and linked, alike', async () => {
    const [append, link] = await Promise.all(
      ['append', 'link'].map(async (save) => {
        const file = await openGolden(`files/moon_${save}.ptyd`);
        const tree = readTree(file) as { chunks: Record<string, unknown>; meta: unknown };
        file.close();
        return tree;
      }),
    );
    expect(Object.keys(link.chunks)).toEqual(['0', '1', '2']);
    expect(link.meta).toEqual(append.meta);
  });

  it('pickles are reported, never decoded; the rest loads', async () => {
    const path = join(folder, 'pickle.h5');
    h5py(
      `
f = h5py.File(argument, 'w')
for name in ['pickle', 'record_array']:
  f[name] = np.bytes_(b'cos.system'); f[name].attrs['type'] = name
f['old'] = 'text'; f['old'].attrs['type'] = 'unicode'
f['pairs'] = np.arange(6).reshape(3, 2); f['pairs'].attrs['type'] = 'arraytuple'
f['complex'] = np.array([1j, 2]); f['complex'].attrs['type'] = 'arraylist'
f['unsigned'] = np.uint64(2**64 - 1)
f['texts'] = np.array(['a', 'b'], dtype=object)
g = f.create_group('escaped'); g['a_SLASH_b'] = 1; g['a_SLASH_b'].attrs['escaped'] = '1'; g['c_SLASH_d'] = 2
`,
      path,
    );
    const file = await openFile(path, 'r');
    const tree = readTree(file) as Record<string, unknown>;
    file.close();
    expect(tree).toEqual({
      pickle: { opaque: 'pickle', path: 'pickle' },
      record_array: { opaque: 'record_array', path: 'record_array' },
      old: 'text',
      pairs: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      complex: [
        ndarray('complex128', [], Float64Array.of(0, 1)),
        ndarray('complex128', [], Float64Array.of(2, 0)),
      ],
      unsigned: 2n ** 64n - 1n,
      texts: ['a', 'b'],
      escaped: { 'a/b': 1, c_SLASH_d: 2 },
    });
    expect(isOpaque(tree.pickle)).toBe(true);
    expect(isOpaque({ opaque: 'pickle', path: 'pickle' })).toBe(false);
  });
});

describe('what we write', () => {
  it('h5py finds with the types that ptypy needs', async () => {
    const path = join(folder, 'types.h5');
    const file = await openFile(path, 'w');
    stampFile(file, new Date(2015, 5, 2, 11, 7, 49));
    const value = {
      i: 3,
      f: 2.5,
      whole: float(2),
      long: int(7),
      big: 2n ** 62n,
      yes: true,
      text: 'ä',
      none: null,
      absent: undefined,
      ints: [1, 2],
      floats: [1, 2.5],
      mixed: [1, 'a', null],
      empty: [],
      'a/b': 1,
      array: fromNumbers(
        'uint16',
        Array.from({ length: 600 }, (_, i) => i),
        [2, 300],
      ),
      small: fromNumbers('float32', [1, 2]),
      complex: ndarray('complex64', [2], Float32Array.of(1, 2, 3, 4)),
      deep: { er: { x: 1 } },
    };
    writeTree(file, '/', value, { compression: 'gzip', mapping: 'param' });
    file.close();
    const found = h5py(
      `
f = h5py.File(argument)
result = {'': [f.attrs['h5rw_version'], f.attrs['ctime'], f.attrs['mtime']]}
def visit(name, o):
  a = dict(o.attrs); t = a.pop('type')
  if isinstance(o, h5py.Group): result[name] = [t, a]
  else: result[name] = [t, a, 'text' if o.dtype.kind == 'O' else str(o.dtype), list(o.shape), o.compression]
f.visititems(visit)
`,
      path,
    );
    const time = 'Tue Jun  2 11:07:49 2015';
    const scalar = (dtype: string, attributes = {}): unknown[] => ['scalar', attributes, dtype, [], null];
    const none = ['None', {}, 'float64', [1], null];
    const text = ['string', {}, 'text', [], null];
    expect(found).toEqual({
      '': ['0.1', time, time],
      i: scalar('int64'),
      f: scalar('float64'),
      whole: scalar('float64'),
      long: scalar('int64'),
      big: scalar('int64'),
      yes: scalar('bool'),
      text,
      none,
      absent: none,
      ints: ['arraylist', {}, 'int64', [2], null],
      floats: ['arraylist', {}, 'float64', [2], null],
      mixed: ['list', {}],
      'mixed/00000': scalar('int64'),
      'mixed/00001': text,
      'mixed/00002': none,
      empty: ['list', {}],
      a_SLASH_b: scalar('int64', { escaped: '1' }),
      array: ['array', {}, 'uint16', [2, 300], 'gzip'],
      small: ['array', {}, 'float32', [2], null],
      complex: ['array', {}, 'complex64', [2], null],
      deep: ['param', {}],
      'deep/er': ['param', {}],
      'deep/er/x': scalar('int64'),
    });
  });

  const array: fc.Arbitrary<NdArray> = fc
    .record({
      dtype: fc.constantFrom(...DTYPES),
      shape: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
      seed: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    })
    .map(({ dtype, shape, seed }) => {
      const data = allocate(dtype, sizeOf(shape));
      const bytes = new Uint8Array(data.buffer);
      // Small floats and proper bools: every bit pattern would include NaNs that compare unequal.
      if (dtype.startsWith('float') || componentsOf(dtype) === 2)
        data.forEach((_, i) => (data[i] = seed[i % 16] / 4));
      else bytes.forEach((_, i) => (bytes[i] = dtype === 'bool' ? seed[i % 16] & 1 : seed[(i * 7) % 16]));
      return { dtype, shape, data };
    });
  const text = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0') && !/\p{Surrogate}/u.test(s));
  const key = text.filter(
    (s) => s !== '' && s !== '.' && !s.includes('_SLASH_') && Buffer.byteLength(s) < 200,
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.double(),
        text,
        fc.constant(null),
        fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
        array,
      ),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.array(fc.double(), { maxLength: 5 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));

  it('comes back as it was, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom('none', 'gzip', 'bslz4'), async (value, compression) => {
        expect(await roundTrip(value, { compression })).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps odd numbers and names', async () => {
    const value = {
      odd: [NaN, Infinity, -Infinity, -0, 1e300],
      zero: -0,
      safe: Number.MAX_SAFE_INTEGER,
      ['__proto__']: 'name',
      constructor: 1,
      ' ': 'space',
      '..': 'dots',
      ünïcode: 'x',
      'a/b/c': { '/': 1 },
      '0': 'digit',
    };
    const read = (await roundTrip(value)) as typeof value;
    expect(read).toEqual(value);
    expect(Object.is(read.zero, -0)).toBe(true);
    expect(Object.keys(read)).toContain('__proto__');
  });

  it('adds to a mapping that is there', async () => {
    const file = await openFile(join(folder, 'add.h5'), 'w');
    writeTree(file, 'a', { x: 1 });
    writeTree(file, 'a', { y: { z: 2 } });
    expect(readTree(file)).toEqual({ a: { x: 1, y: { z: 2 } } });
    file.close();
  });

  it('refuses, by path and before anything is written, what has no encoding', async () => {
    const file = await openFile(join(folder, 'refused.h5'), 'w');
    const circle: Record<string, unknown> = { a: {} };
    circle.a = { b: [1, 'x', circle] };
    const deep: unknown[] = [];
    let inner = deep;
    for (let i = 0; i < 200; i++) inner.push((inner = []));
    const cases: [unknown, string][] = [
      [circle, "'v/a/b/00002' contains itself: circular structures cannot be stored"],
      [deep, 'is nested deeper than 100 levels'],
      [
        { x: { f: () => 1 } },
        "'v/x/f' is a function: only mappings, lists, arrays, numbers, booleans, text and null",
      ],
      [[Symbol('s')], "'v/00000' is a symbol"],
      [{ d: new Date() }, "'v/d' is an instance of Date"],
      [{ m: new Map() }, "'v/m' is an instance of Map"],
      [{ t: new Float64Array(2) }, "'v/t' is an instance of Float64Array"],
      [{ n: 2n ** 63n }, "'v/n' is 9223372036854775808, which does not fit into 64 bits"],
      [{ s: 'a\0b' }, "'v/s': text with a NUL character"],
      [{ s: '\ud800' }, "'v/s': text with half a surrogate pair"],
      [{ '': 1 }, "'v' has the key '', which HDF5 cannot name"],
      [{ 'a/_SLASH_': 1 }, "'v' has the key 'a/_SLASH_'"],
      [{ [Symbol('k')]: 1 }, "'v' has the key Symbol(k): keys must be text"],
    ];
    for (const [value, message] of cases) {
      const write = (): void => {
        writeTree(file, 'v', { first: 1, ...Object(value), value }, {});
      };
      expect(write).toThrow(DataError);
      expect(() => {
        writeTree(file, 'v', value);
      }).toThrow(message);
    }
    expect(file.keys()).toEqual([]);
    file.close();
  });
});
