import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import { checkedWriter, verifyChecksum, writeChecked } from './checksum.ts';
import { openFile, type Compression } from './file.ts';

const folder = temporaryFolder();
const frames = (n: number, from = 0): NdArray<'uint16'> =>
  fromNumbers(
    'uint16',
    Array.from({ length: n * 20 }, (_, i) => 20 * from + i),
    [n, 4, 5],
  );

const others = [
  ndarray('complex64', [1], Float32Array.of(1, 2)),
  ndarray('bool', [2], Uint8Array.of(0, 1)),
  ndarray('int64', [1], BigInt64Array.of(-5n)),
];

describe('checksums', () => {
  it.each<Compression>(['none', 'gzip', 'bslz4'])(
    'of what was written at once or in slices agree: %s',
    async (compression) => {
      const path = join(folder, `${compression}.h5`);
      const file = await openFile(path, 'w');
      writeChecked(file, 'once', frames(7), { compression });
      const writer = checkedWriter(file, 'sliced', 'uint16', [7, 4, 5], { compression });
      for (const [from, n] of [
        [0, 3],
        [3, 1],
        [4, 0],
        [4, 3],
      ])
        writer.append(frames(n, from));
      writer.finish();
      for (const array of others) writeChecked(file, array.dtype, array);
      writeChecked(file, 'scalar', ndarray('float32', [], Float32Array.of(3)));
      writeChecked(file, 'empty', fromNumbers('float32', [], [0, 3]));
      file.write('plain', frames(1));
      file.close();
      const again = await openFile(path, 'r');
      const sums = again.keys().map((key) => [key, verifyChecksum(again, key)]);
      expect(again.attributes('once').crc32).toBe(again.attributes('sliced').crc32);
      again.close();
      expect(Object.fromEntries(sums)).toEqual({
        once: 'ok',
        sliced: 'ok',
        complex64: 'ok',
        bool: 'ok',
        int64: 'ok',
        scalar: 'ok',
        empty: 'ok',
        plain: 'absent',
      });
      if (compression === 'bslz4') return;
      expect(
        h5py(
          'import zlib; f = h5py.File(argument); d = f["once"]; result = [bool(zlib.crc32(d[()].tobytes()) == d.attrs["crc32"]), str(d.attrs["crc32"].dtype)]',
          path,
        ),
      ).toEqual([true, 'uint32']);
    },
  );

  it('tell a single flipped bit', async () => {
    const path = join(folder, 'flip.h5');
    const file = await openFile(path, 'w');
    writeChecked(file, 'd', frames(5));
    file.close();
    const bytes = readFileSync(path);
    const data = Buffer.from(frames(5).data.buffer);
    bytes[bytes.indexOf(data) + 101] ^= 4;
    writeFileSync(path, bytes);
    const again = await openFile(path, 'r');
    expect(verifyChecksum(again, 'd')).toBe('mismatch');
    again.close();
  });

  it('are not set on data that is not complete', async () => {
    const file = await openFile(join(folder, 'part.h5'), 'w');
    const writer = checkedWriter(file, 'd', 'uint16', [7, 4, 5]);
    writer.append(frames(3));
    expect(() => {
      writer.finish();
    }).toThrow("'d' has 3 of 7 items: slices are missing");
    expect(() => {
      writer.append(frames(5));
    }).toThrow("does not lie within '/d'");
    expect(verifyChecksum(file, 'd')).toBe('absent');
    file.close();
  });
});
