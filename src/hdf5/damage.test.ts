/** Whatever is wrong with a file: an error that says so, never zeros, a crash or an endless loop. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { rounds } from '../../test/tools/sampled.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { fromNumbers } from '../array/ndarray.ts';
import { DataError, FileError } from '../errors.ts';
import { verifyChecksum, writeChecked } from './checksum.ts';
import { readTree, stampFile, writeTree } from './encoding.ts';
import { openFile, type H5File } from './file.ts';
import { damagedHeap } from './bytes/heap.ts';
import { describeFile } from './info.ts';
import { hdf5Library } from './module.ts';
import { bytesOf } from './slab.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const openFiles = (): number => readdirSync('/proc/self/fd').length;

describe('files that do not open', () => {
  it('say why', async () => {
    writeFileSync(at('text.h5'), 'no HDF5 at all, but long enough to hold a signature');
    writeFileSync(at('empty.h5'), '');
    const bytes = readFileSync(goldenPath('files/types.h5'));
    writeFileSync(at('header.h5'), Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(500, 0xff)]));
    writeFileSync(at('truncated.h5'), bytes.subarray(0, 20_000));
    await expect(openFile(at('absent.h5'), 'r')).rejects.toThrow(/absent\.h5 does not exist$/);
    await expect(openFile(at('text.h5'), 'r')).rejects.toThrow('is not an HDF5 file');
    await expect(openFile(at('empty.h5'), 'r+')).rejects.toThrow('is not an HDF5 file');
    await expect(openFile(folder, 'r')).rejects.toThrow('is a folder, not an HDF5 file');
    await expect(openFile(at('header.h5'), 'r')).rejects.toThrow('header.h5: cannot open: ');
    await expect(openFile(at('truncated.h5'), 'r')).rejects.toThrow(
      'truncated.h5: cannot open: truncated file',
    );
    await expect(openFile(at('no/folder/new.h5'), 'w')).rejects.toThrow('new.h5: cannot create: ');
    await expect(openFile(at('truncated.h5'), 'r')).rejects.toBeInstanceOf(FileError);
  });

  it('leave nothing behind, however often', async () => {
    writeFileSync(at('cut.h5'), readFileSync(goldenPath('files/types.h5')).subarray(0, 20_000));
    await expect(openFile(at('cut.h5'), 'r')).rejects.toThrow(FileError);
    const library = await hdf5Library();
    const fail = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++)
        await expect(openFile(at('cut.h5'), 'r')).rejects.toThrow('truncated file');
      const file = await openFile(goldenPath('files/types.h5'), 'r');
      for (let i = 0; i < times / 2; i++)
        expect(() => file.read('not/there')).toThrow("no entry 'not/there'");
      expect(file.readText('a_str')).toBe('äöü text');
      file.close();
    };
    // What a first time needs stays.
    await fail(10);
    const [descriptors, memory] = [openFiles(), library.heap.length];
    await fail(rounds(200, 1000));
    expect(openFiles()).toBe(descriptors);
    expect(library.heap.length).toBe(memory);
    expect(await hdf5Library()).toBe(library);
  });

  it('a user block before the signature is no damage', async () => {
    h5py('h5py.File(argument, "w", userblock_size=1024)["x"] = 5', at('block.h5'));
    const file = await openFile(at('block.h5'), 'r');
    expect(readTree(file, 'x')).toBe(5);
    file.close();
  });
});

describe('entries', () => {
  it('that are not there name the nearest', async () => {
    const file = await openFile(goldenPath('files/moon_append.ptyd'), 'r');
    const path = goldenPath('files/moon_append.ptyd');
    expect(() => file.read('meta/enrgy')).toThrow(
      `${path}: no entry 'meta/enrgy'; did you mean '/meta/energy'?`,
    );
    expect(() => file.read('chunks/0/data/x')).toThrow("no entry 'chunks/0/data/x'");
    expect(() => file.read('zzzzzzzzz/0')).toThrow("; '/' holds chunks, info, meta");
    expect(() => file.keys('meta/energy')).toThrow("'meta/energy' is a dataset, not a group");
    expect(() => file.read('meta')).toThrow("'meta' is a group, not a dataset");
    file.close();
    expect(() => file.read('meta/energy')).toThrow('the file is closed');
    expect(() => {
      file.close();
    }).not.toThrow();
  });

  it('are not overwritten, nor written where the file is open for reading', async () => {
    const file = await openFile(at('once.h5'), 'w');
    file.write('a/b', fromNumbers('uint8', [1]));
    expect(() => {
      file.createText('a/b', 'x');
    }).toThrow("cannot create 'a/b': there is a dataset already");
    expect(() => {
      file.createGroup('a/b/c');
    }).toThrow(FileError);
    file.close();
    const again = await openFile(at('once.h5'), 'r');
    expect(() => {
      again.createGroup('x');
    }).toThrow("cannot write 'x': the file is open for reading");
    expect(() => {
      again.setAttribute('a', 'x', 1);
    }).toThrow('open for reading');
    expect(() => {
      again.write('a/b', fromNumbers('uint8', [1]));
    }).toThrow('open for reading');
    again.close();
  });
});

describe('data that is not all there', () => {
  it('a filter that is missing is an error before anything is read', async () => {
    // An unknown filter, marked optional, lets h5py write the data unfiltered; the filter is then demanded.
    h5py(
      `
f = h5py.File(argument, 'w')
d = f.create_dataset('frames/data', data=np.arange(64, dtype='u2').reshape(4, 4, 4), chunks=(1, 4, 4), compression='lzf')
f.close()
b = open(argument, 'rb').read()
i = b.index(b'lzf\\0')
header = b.rindex((32000).to_bytes(2, 'little'), 0, i)
b = b[:header] + (40123).to_bytes(2, 'little') + b[header + 2:i] + b'odd\\0' + b[i + 4:]
open(argument, 'wb').write(b)
`,
      at('filter.h5'),
    );
    const file = await openFile(at('filter.h5'), 'r');
    expect(() => file.read('frames/data')).toThrow(
      "filter.h5: '/frames/data' is compressed with odd (HDF5 filter 40123), which is not available here",
    );
    expect(file.info('frames/data').filters).toEqual(['odd']);
    file.close();
  });

  it('damaged compressed data is an error, not zeros', async () => {
    const path = at('gzip.h5');
    const file = await openFile(path, 'w');
    file.createDataset('d', 'uint16', [2, 50, 50], { compression: 'gzip' });
    file.write(
      'd',
      fromNumbers(
        'uint16',
        Array.from({ length: 5000 }, (_, i) => i % 97),
        [2, 50, 50],
      ),
    );
    file.close();
    const bytes = readFileSync(path);
    const stream = bytes.indexOf(Buffer.from([0x78, 0x5e]));
    bytes.fill(0xaa, stream + 20, stream + 40);
    writeFileSync(path, bytes);
    const again = await openFile(path, 'r');
    expect(() => again.read('d', [{ start: 0, stop: 1 }])).toThrow("cannot read '/d': ");
    expect(again.read('d', [{ start: 1, stop: 2 }]).data[1]).toBe(2500 % 97 === 0 ? 1 : 2501 % 97);
    again.close();
  });

  it('a file cut after it was opened is an error', async () => {
    const path = at('shrinks.h5');
    const writer = await openFile(path, 'w');
    writer.write('d', fromNumbers('float64', Array.from({ length: 100_000 }, Math.sqrt), [10, 10_000]));
    writer.close();
    const file = await openFile(path, 'r');
    expect(file.info('d').shape).toEqual([10, 10_000]);
    truncateSync(path, 100_000);
    expect(() => file.read('d')).toThrow('shrinks.h5: the file was cut from ');
    file.close();
  });

  it('sources of a virtual dataset that are missing are an error', async () => {
    h5py(
      `
for i in range(2):
  h5py.File(argument + '/source%d.h5' % i, 'w')['data'] = np.full((3, 2), i + 1, 'u2')
layout = h5py.VirtualLayout((2, 3, 2), 'u2')
for i in range(2): layout[i] = h5py.VirtualSource('source%d.h5' % i, 'data', (3, 2))
h5py.File(argument + '/virtual.h5', 'w').create_virtual_dataset('data', layout)
`,
      folder,
    );
    const file = await openFile(at('virtual.h5'), 'r');
    expect([...(file.read('data').data as Uint16Array)]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
    file.close();
    rmSync(at('source1.h5'));
    const again = await openFile(at('virtual.h5'), 'r');
    expect(() => again.read('data')).toThrow(
      "'/data' is a virtual dataset: its source 'source1.h5' does not exist",
    );
    again.close();
  });
});

describe('external links', () => {
  it('to files that come later, move along, or are broken', async () => {
    const main = await openFile(at('main.h5'), 'w');
    for (const n of [0, 1, 2]) main.createExternalLink(`chunks/${n}`, `main.h5.chunk0${n}`, '/');
    main.createExternalLink('absolute', at('main.h5.chunk00'), '/data');
    main.close();
    const part = await openFile(at('main.h5.chunk00'), 'w');
    writeTree(part, 'data', fromNumbers('uint8', [1, 2, 3]));
    part.close();
    writeFileSync(at('main.h5.chunk02'), 'half a fi');
    const file = await openFile(at('main.h5'), 'r');
    expect(['0', '1', '0/data', '0/none'].map((path) => file.kind(`chunks/${path}`))).toEqual([
      'group',
      'dangling',
      'dataset',
      'missing',
    ]);
    expect(file.attributes('chunks/0/data')).toEqual({ type: 'array' });
    expect(() => file.keys('chunks/1')).toThrow("'chunks/1' is a link whose target does not exist");
    expect(() => file.kind('chunks/2')).toThrow('main.h5.chunk02 is not an HDF5 file');
    expect(readTree(file, 'chunks/1')).toMatchObject({ opaque: 'dangling link' });
    file.close();
    mkdirSync(at('moved'));
    for (const name of ['main.h5', 'main.h5.chunk00']) renameSync(at(name), at(`moved/${name}`));
    const moved = await openFile(at('moved/main.h5'), 'r+');
    expect([...(moved.read('chunks/0/data').data as Uint8Array)]).toEqual([1, 2, 3]);
    expect([...(moved.read('absolute').data as Uint8Array)]).toEqual([1, 2, 3]);
    expect(() => {
      moved.setAttribute('chunks/0', 'x', 1);
    }).toThrow('open for reading');
    expect(() => {
      moved.createGroup('chunks/0/more');
    }).toThrow('open for reading');
    moved.close();
  });

  it('to more files than can be open at a time', async () => {
    const main = await openFile(at('many.h5'), 'w');
    for (let n = 0; n < 150; n++) {
      main.createExternalLink(`${n}`, `many-${n}.h5`, '/x');
      const part = await openFile(at(`many-${n}.h5`), 'w');
      part.write('x', fromNumbers('uint8', [n]));
      part.close();
    }
    main.close();
    const file = await openFile(at('many.h5'), 'r');
    const before = openFiles();
    for (const n of [...Array(150).keys(), 0, 149, 75]) expect(file.read(`${n}`).data[0]).toBe(n);
    expect(openFiles() - before).toBe(64);
    file.close();
    expect(openFiles()).toBe(before - 1);
  });

  it('in circles end', async () => {
    for (const [name, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const file = await openFile(at(`${name}.h5`), 'w');
      file.createExternalLink('next', `${other}.h5`, '/next');
      file.createExternalLink('whole', `${other}.h5`, '/');
      file.close();
    }
    const file = await openFile(at('a.h5'), 'r');
    expect(file.kind('next')).toBe('dangling');
    expect(file.kind('whole/whole/whole')).toBe('group');
    expect(describeFile(file)).toContain('whole -> a.h5:/ [link to a group above]');
    expect(readTree(file)).toMatchObject({ whole: { whole: { opaque: 'link to a group above' } } });
    file.close();
  });
});

describe('a crash of the library', () => {
  it('is an error, ends its files, and the next file opens in a fresh copy', async () => {
    copyFileSync(goldenPath('files/types.h5'), at('crash.h5'));
    const before = openFiles();
    const file = await openFile(at('crash.h5'), 'r');
    const library = await hdf5Library();
    expect(() =>
      library.call({ file: at('crash.h5') }, 'cannot test', () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      }),
    ).toThrow('crash.h5: cannot test: memory access out of bounds');
    expect(() => file.read('array')).toThrow(
      'the HDF5 library stopped earlier (memory access out of bounds); open the file again',
    );
    file.close();
    expect(openFiles()).toBe(before);
    const again = await openFile(at('crash.h5'), 'r');
    expect(again.read('array').shape).toEqual([3, 4]);
    again.close();
    expect(await hdf5Library()).not.toBe(library);
  });
});

describe('heaps of text', () => {
  it('with a damaged size, on which HDF5 loops for ever, are refused', async () => {
    const bytes = readFileSync(goldenPath('files/types.h5'));
    expect(damagedHeap(bytes, bytes.length)).toBeUndefined();
    const heap = bytes.indexOf('GCOL');
    const damaged = Buffer.from(bytes);
    damaged.writeBigUInt64LE(0n, heap + 16 + 8);
    damaged.writeUInt16LE(0, heap + 16);
    expect(damagedHeap(damaged, damaged.length)).toBe(heap);
    writeFileSync(at('heap.h5'), damaged);
    const file = await openFile(at('heap.h5'), 'r');
    expect(file.read('array').shape).toEqual([3, 4]);
    expect(() => readTree(file)).toThrow(`the text stored at byte ${heap} is damaged`);
    file.close();
    const changed = await openFile(at('heap.h5'), 'r+');
    expect(() => {
      changed.createText('more', 'text');
    }).toThrow('is damaged');
    expect(() => {
      changed.setAttribute('array', 'note', 'text');
    }).toThrow('is damaged');
    changed.close();
  });
});

describe('random damage', () => {
  /** Every value of the file, or the error in its place. */
  function survey(file: H5File): { data: Map<string, string>; faults: unknown[] } {
    const data = new Map<string, string>();
    const faults: unknown[] = [];
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        faults.push(error);
      }
    };
    attempt(() => readTree(file));
    attempt(() => describeFile(file));
    for (const path of ['c/plain', 'c/gzip', 'c/bslz4']) {
      attempt(() => {
        const sum = verifyChecksum(file, path);
        if (sum === 'ok') data.set(path, Buffer.from(bytesOf(file.read(path))).toString('hex'));
      });
    }
    return { data, faults };
  }

  const ROUNDS = rounds(100, 1000);

  it('of a small file gives right values or errors', { timeout: 300_000 }, async () => {
    const whole = at('fuzz.h5');
    const file = await openFile(whole, 'w');
    stampFile(file);
    const array = fromNumbers(
      'uint16',
      Array.from({ length: 200 }, (_, i) => i % 61),
      [2, 10, 10],
    );
    writeTree(file, 'tree', {
      number: 1,
      list: [1, 2.5, 'three', null],
      text: 'words',
      nested: { deeper: { array } },
    });
    writeChecked(file, 'c/plain', array);
    writeChecked(file, 'c/gzip', array, { compression: 'gzip' });
    writeChecked(file, 'c/bslz4', array, { compression: 'bslz4' });
    file.createExternalLink('link', 'fuzz.h5', '/tree');
    file.close();
    const bytes = readFileSync(whole);
    const right = Buffer.from(bytesOf(array)).toString('hex');
    let state = 20_240_607;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let [unharmed, refused] = [0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      const damaged = Buffer.from(bytes);
      for (let flips = random(4); flips >= 0; flips--) damaged[random(damaged.length)] = random(256);
      writeFileSync(
        at('damaged.h5'),
        round % 8 === 0 ? damaged.subarray(0, random(damaged.length)) : damaged,
      );
      let found: ReturnType<typeof survey>;
      try {
        const opened = await openFile(at('damaged.h5'), 'r');
        found = survey(opened);
        opened.close();
      } catch (error) {
        found = { data: new Map(), faults: [error] };
      }
      for (const fault of found.faults) {
        if (!(fault instanceof FileError || fault instanceof DataError)) throw fault;
      }
      // A value whose checksum agrees is the value that was written.
      for (const [path, value] of found.data) expect(value, path).toBe(right);
      if (found.faults.length === 0) unharmed += 1;
      else refused += 1;
    }
    expect(refused).toBeGreaterThan(ROUNDS / 3);
    expect(unharmed).toBeGreaterThan(ROUNDS / 6);
  });
});
