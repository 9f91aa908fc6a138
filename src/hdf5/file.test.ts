/** HDF5 files against real h5py, both ways. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { goldenPath, openGolden } from '../../test/tools/golden.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { once } from '../../test/tools/once.ts';
import {
  allocate,
  DTYPES,
  fromNumbers,
  isComplex,
  ndarray,
  sizeOf,
  toNumbers,
  type DType,
  type NdArray,
} from '../array/ndarray.ts';
import { FileError } from '../errors.ts';
import { openFile, type H5File } from './file.ts';
import { bytesOf } from './slab.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Values that fill the range of every type, the same on every run. */
function sample(dtype: DType, shape: readonly number[]): NdArray {
  const data = allocate(dtype, sizeOf(shape));
  const bytes = new Uint8Array(data.buffer);
  if (dtype.startsWith('float') || isComplex(dtype))
    data.forEach((_, i) => (data[i] = Math.sin(i) * 10 ** (i % 30)));
  else if (dtype === 'bool') bytes.forEach((_, i) => (bytes[i] = i % 3 === 0 ? 1 : 0));
  else bytes.forEach((_, i) => (bytes[i] = (i * 151 + 7) & 255));
  return { dtype, shape, data };
}

async function using<T>(path: string, mode: 'r' | 'r+' | 'w', use: (file: H5File) => T): Promise<T> {
  const file = await openFile(path, mode);
  try {
    return use(file);
  } finally {
    file.close();
  }
}

describe('what we write, h5py reads', () => {
  it('every type in several shapes, plain and compressed, as dataset and attribute', async () => {
    const shapes = [[], [1], [0], [7], [3, 5], [2, 3, 4], [2, 0, 3]];
    const arrays = DTYPES.flatMap((dtype) => shapes.map((shape) => sample(dtype, shape)));
    const file = at('w.h5');
    await using(file, 'w', (h5) => {
      arrays.forEach((array, i) => {
        h5.write(`a/${i}`, array);
        h5.setAttribute(`a/${i}`, 'itself', array);
        h5.createDataset(`gzip/${i}`, array.dtype, array.shape, { compression: 'gzip' });
        h5.write(`gzip/${i}`, array);
      });
    });
    const found = h5py(
      `
import zlib
crc = lambda a: zlib.crc32(np.ascontiguousarray(a).tobytes())
result = []
with h5py.File(argument, 'r') as f:
  for i in range(len(f['a'])):
    d = f['a/%d' % i]; z = f['gzip/%d' % i]
    result.append(dict(dtype=d.dtype.name, shape=d.shape, crc=[crc(d[()]), crc(d.attrs['itself']), crc(z[()])],
                       compression=[d.compression, z.compression]))
`,
      file,
    );
    const expected = arrays.map((array) => {
      const crc = crc32(bytesOf(array));
      return {
        dtype: array.dtype,
        shape: array.shape,
        crc: [crc, crc, crc],
        compression: [null, array.shape.length === 0 ? null : 'gzip'],
      };
    });
    expect(found).toEqual(expected);
  });

  it('text, groups, attributes and links', async () => {
    const file = at('w-text.h5');
    await using(file, 'w', (h5) => {
      h5.createText('a/b/text', 'äöü 𝄞 日本');
      h5.createText('a/b/empty', '');
      h5.createText('a/list', ['x', '', 'ζ']);
      h5.setAttribute('a', 'text', 'ß');
      h5.setAttribute('a', 'words', ['p', 'q']);
      h5.setAttribute('a', 'n', 1);
      h5.setAttribute('a', 'n', 4);
      h5.setAttribute('a', 'x', 0.5);
      h5.setAttribute('/', 'yes', true);
      h5.createExternalLink('links/0', 'other.h5', '/there');
      expect(h5.attributes('a')).toEqual({ n: 4, text: 'ß', words: ['p', 'q'], x: 0.5 });
    });
    expect(
      h5py(
        `
with h5py.File(argument, 'r') as f:
  s = lambda d: d.asstr()[()]
  l = f.get('links/0', getlink=True)
  result = [s(f['a/b/text']), s(f['a/b/empty']), list(s(f['a/list'])), f['a'].attrs['text'], list(f['a'].attrs['words']),
            int(f['a'].attrs['n']), str(f['a'].attrs['n'].dtype), f['a'].attrs['x'], int(f.attrs['yes']), l.filename, l.path]
`,
        file,
      ),
    ).toEqual(['äöü 𝄞 日本', '', ['x', '', 'ζ'], 'ß', ['p', 'q'], 4, 'int64', 0.5, 1, 'other.h5', '/there']);
  });

  it('slices of a growing dataset', async () => {
    const file = at('w-grow.h5');
    await using(file, 'w', (h5) => {
      h5.createDataset('d', 'uint16', [0, 4, 5], { maxShape: [null, 4, 5], compression: 'gzip' });
      for (let n = 0; n < 3; n++) {
        h5.resize('d', [n + 1, 4, 5]);
        h5.write(
          'd',
          fromNumbers(
            'uint16',
            Array.from({ length: 20 }, (_, i) => 100 * n + i),
            [1, 4, 5],
          ),
          [{ start: n, stop: n + 1 }],
        );
        h5.flush();
      }
    });
    expect(h5py('f = h5py.File(argument); result = [f["d"][:, 3, 4].tolist(), f["d"].chunks]', file)).toEqual(
      [
        [19, 119, 219],
        [1, 4, 5],
      ],
    );
  });
});

describe('what h5py writes, we read', () => {
  const file = at('r.h5');
  beforeEach(
    once(() =>
      h5py(
        `
a = np.arange(24).reshape(2, 3, 4)
with h5py.File(argument, 'w') as f:
  for t in ['i1','u1','i2','u2','i4','u4','i8','u8','f4','f8','c8','c16']:
    for order in '<>':
      x = (a * (1 - 2j) if t[0] == 'c' else a * 5 + (0 if t[0] == 'u' else -7)).astype(order + t)
      f[('le/' if order == '<' else 'be/') + t] = x
      f[('le/' if order == '<' else 'be/') + t].attrs['x'] = x
  f['half'] = np.array([0, 1, -2.5, 65504, 6e-8, np.inf, -np.inf, np.nan, -0.0], 'f2')
  f['bool'] = a % 3 == 0
  f['bool_scalar'] = True
  f['big'] = np.array([2**63 - 1, -2**63])
  f['ubig'] = np.uint64(2**64 - 1)
  f['enum'] = np.array([0, 2]); del f['enum']
  f.create_dataset('enum', data=np.array([0, 2], 'i2'), dtype=h5py.enum_dtype({'A': 0, 'B': 2}, 'i2'))
  f['null'] = h5py.Empty('f4')
  f['null_text'] = h5py.Empty('S10')
  f['fixed'] = np.array([b'ab', b'', b'abcd'], 'S4')
  f['fixed_scalar'] = np.bytes_(b'bytes')
  f['text'] = 'käse'
  f['texts'] = np.array([['a', 'b'], ['', 'ü']], dtype=h5py.string_dtype())
  f['record'] = np.array([(1, 2.0)], dtype=[('a', 'i4'), ('b', 'f8')])
  f['void'] = np.void(b'xyz')
  f['vlen'] = np.array([np.arange(2), np.arange(3)], dtype=object) if 0 else 1
  d = f.create_dataset('ragged', (2,), dtype=h5py.vlen_dtype('i4')); d[0] = [1, 2]; d[1] = [3]
  d = f.create_dataset('arrays', (2,), dtype=np.dtype(('<i2', (3,)))); d[...] = [[1, 2, 3], [4, 5, 6]]
  f['long'] = np.arange(3, dtype='g')
  f['soft'] = h5py.SoftLink('/le/i4')
  f['relative/to'] = h5py.SoftLink('../le/i4')
  f['here/to'] = h5py.SoftLink('target'); f['here/target'] = 11
  f['broken'] = h5py.SoftLink('/nowhere')
  f['round'] = h5py.SoftLink('/round')
  f['named_type'] = np.dtype('i4')
  f['fletcher'] = 0; del f['fletcher']
  f.create_dataset('fletcher', data=a, chunks=(1, 3, 4), fletcher32=True, shuffle=True, compression='gzip')
  f.create_dataset('lzf', data=a, chunks=(1, 3, 4), compression='lzf')
  f.create_dataset('scaleoffset', data=a, chunks=(1, 3, 4), scaleoffset=0)
  at = f.create_group('attributes').attrs
  at['text'] = 'ü'; at['bytes'] = np.bytes_('b'); at['i'] = 3; at['f'] = 2.0; at['b'] = True; at['c'] = 1 + 2j
  at['texts'] = ['x', 'y']; at['vector'] = np.arange(3, dtype='f4'); at['none'] = h5py.Empty('f8'); at['huge'] = 2**63 - 1
  at['reference'] = f['le'].ref
`,
        file,
      ),
    ),
  );
  const read = (path: string): Promise<NdArray> => using(file, 'r', (h5) => h5.read(path));

  it.each(['le', 'be'])('every type, %s', async (order) => {
    const types = {
      i1: 'int8',
      u1: 'uint8',
      i2: 'int16',
      u2: 'uint16',
      i4: 'int32',
      u4: 'uint32',
      i8: 'int64',
      u8: 'uint64',
      f4: 'float32',
      f8: 'float64',
      c8: 'complex64',
      c16: 'complex128',
    } as const;
    for (const [code, dtype] of Object.entries(types)) {
      const array = await read(`${order}/${code}`);
      const plain = Array.from({ length: 24 }, (_, i) => 5 * i + (code.startsWith('u') ? 0 : -7));
      const expected = isComplex(dtype)
        ? Array.from({ length: 24 }, (_, i) => [i, i === 0 ? 0 : -2 * i]).flat()
        : plain;
      expect(array.dtype).toBe(dtype);
      expect(array.shape).toEqual([2, 3, 4]);
      expect(
        Array.from(toNumbers(array), (x) => x + 0),
        dtype,
      ).toEqual(expected);
      const attribute = await using(file, 'r', (h5) => h5.attributes(`${order}/${code}`).x);
      expect(attribute, dtype).toEqual(array);
    }
  });

  it('half precision, bools, enums, extremes', async () => {
    const half = await read('half');
    expect(half.dtype).toBe('float32');
    expect([...half.data]).toEqual([0, 1, -2.5, 65504, 2 ** -24, Infinity, -Infinity, NaN, -0]);
    expect(await read('bool')).toMatchObject({ dtype: 'bool', shape: [2, 3, 4] });
    expect([...(await read('bool')).data].slice(0, 4)).toEqual([1, 0, 0, 1]);
    expect(await read('bool_scalar')).toEqual(ndarray('bool', [], Uint8Array.of(1)));
    expect([...(await read('big')).data]).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
    expect([...(await read('ubig')).data]).toEqual([2n ** 64n - 1n]);
    expect(await read('enum')).toEqual(fromNumbers('int16', [0, 2]));
    expect(await read('null')).toEqual(fromNumbers('float32', []));
    expect(await read('arrays')).toEqual(fromNumbers('int16', [1, 2, 3, 4, 5, 6], [2, 3]));
  });

  it("MATLAB's complex numbers", async () => {
    h5py(
      `
z = np.array([[1 + 2j, 3 - 4j, 5]])
with h5py.File(argument, 'w', userblock_size=512) as f:
    for name, part in [('double', '<f8'), ('single', '<f4'), ('swapped', '>f8'), ('whole', '<i4')]:
        pairs = np.zeros(z.shape, [('real', part), ('imag', part)])
        pairs['real'], pairs['imag'] = z.real, z.imag
        f[name] = pairs
`,
      at('matlab.mat'),
    );
    const h5 = await openFile(at('matlab.mat'), 'r');
    for (const [name, dtype] of [
      ['double', 'complex128'],
      ['single', 'complex64'],
      ['swapped', 'complex128'],
    ]) {
      const array = h5.read(name);
      expect([array.dtype, array.shape], name).toEqual([dtype, [1, 3]]);
      expect(Array.from(array.data as Float64Array), name).toEqual([1, 2, 3, -4, 5, 0]);
    }
    expect(() => h5.read('whole')).toThrow(
      "'/whole' holds a type that cannot be read here (compound), not numbers",
    );
    h5.close();
  });

  it('text of every kind', async () => {
    await using(file, 'r', (h5) => {
      expect(h5.readText('text')).toBe('käse');
      expect(h5.readText('texts')).toEqual(['a', 'b', '', 'ü']);
      expect(h5.readText('fixed')).toEqual(['ab', '', 'abcd']);
      expect(h5.readText('fixed_scalar')).toBe('bytes');
      expect(h5.readText('null_text')).toEqual([]);
      expect(h5.info('texts')).toMatchObject({ dtype: 'string', shape: [2, 2] });
    });
  });

  it('refuses, by name, what it cannot read', async () => {
    await using(file, 'r', (h5) => {
      for (const path of ['record', 'void', 'ragged', 'long', 'text']) {
        expect(() => h5.read(path), path).toThrow(FileError);
        expect(() => h5.read(path)).toThrow(new RegExp(`r\\.h5: '/${path}' holds .*, not numbers`));
      }
      expect(() => h5.readText('bool')).toThrow("'/bool' holds numbers (bool), not text");
      expect(h5.info('record')).toMatchObject({ dtype: 'opaque', opaque: 'compound' });
    });
  });

  it('filters', async () => {
    const expected = Array.from({ length: 24 }, (_, i) => BigInt(i));
    for (const path of ['fletcher', 'lzf', 'scaleoffset'])
      expect([...(await read(path)).data], path).toEqual(expected);
    const infos = await using(file, 'r', (h5) => ['fletcher', 'lzf', 'le/i4'].map((path) => h5.info(path)));
    expect(infos.map(({ filters }) => filters)).toEqual([['shuffle', 'gzip', 'fletcher32'], ['lzf'], []]);
    expect(infos.map(({ contiguous }) => contiguous)).toEqual([false, false, true]);
  });

  it('attributes', async () => {
    const attributes = await using(file, 'r', (h5) => h5.attributes('attributes'));
    expect(attributes).toEqual({
      text: 'ü',
      bytes: 'b',
      i: 3,
      f: 2,
      b: true,
      c: ndarray('complex128', [], Float64Array.of(1, 2)),
      texts: ['x', 'y'],
      vector: fromNumbers('float32', [0, 1, 2]),
      none: fromNumbers('float64', []),
      huge: ndarray('int64', [], BigInt64Array.of(2n ** 63n - 1n)),
    });
  });

  it('soft links and kinds', async () => {
    await using(file, 'r', (h5) => {
      expect(h5.read('soft')).toEqual(h5.read('le/i4'));
      expect([...h5.read('here/to').data]).toEqual([11n]);
      expect(
        ['le', 'le/i4', 'nowhere', 'le/i4/x', 'broken', 'round', 'named_type', '/'].map((path) =>
          h5.kind(path),
        ),
      ).toEqual(['group', 'dataset', 'missing', 'missing', 'dangling', 'dangling', 'datatype', 'group']);
      expect(() => h5.read('broken')).toThrow("'broken' is a link whose target does not exist");
    });
  });
});

describe('files of ptypy', () => {
  it.each(readdirSync(goldenPath('files')))('%s reads in full', async (name) => {
    const numbers = await using(goldenPath(`files/${name}`), 'r', (h5) => {
      let read = 0;
      const walk = (path: string): void => {
        h5.attributes(path);
        if (h5.kind(path) === 'group')
          h5.keys(path).forEach((key) => {
            walk(`${path}/${key}`);
          });
        else if (h5.info(path).dtype === 'string') h5.readText(path);
        else if (h5.info(path).dtype !== 'opaque') read += sizeOf(h5.read(path).shape);
      };
      walk('');
      return read;
    });
    expect(numbers).toBeGreaterThan(40);
  });

  it('external links: frames, and text attributes, which the library alone loses', async () => {
    const [sums, type] = h5py(
      `
f = h5py.File(argument, 'r')
result = [[int(f['chunks/%d/data' % i][()].sum()) for i in range(3)], f['chunks/1/data'].attrs['type']]
`,
      goldenPath('files/moon_link.ptyd'),
    ) as [number[], string];
    const h5 = await openGolden('files/moon_link.ptyd');
    expect(h5.keys('chunks')).toEqual(['0', '1', '2']);
    expect(h5.externalLink('chunks/1')).toEqual({ file: 'moon_link.ptyd.part001', path: '/' });
    expect(h5.externalLink('meta')).toBeUndefined();
    for (let round = 0; round < 50; round++) expect(h5.attributes('chunks/1/data').type).toBe(type);
    const found = [0, 1, 2].map((i) =>
      (h5.read(`chunks/${i}/data`).data as Int32Array).reduce((a, b) => a + b, 0),
    );
    h5.close();
    expect(found).toEqual(sums);
  });
});
