/** Folders of frames, complete and still filling. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { GEOMETRY, requirePackage } from '../../../test/tools/array-scan.ts';
import { CONTRACT_FRAMES, loaderContract } from '../../../test/contracts/loader.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { fromNumbers, toNumbers, type NdArray } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { ConfigError } from '../../errors.ts';
import { EOS, WAIT, type AutoAnswer } from '../../frames/package.ts';
import { silentLog } from '../../log.ts';
import type { ScanOptions } from '../../scan/pty-scan.ts';
import { ranges } from './frame-names.ts';
import { readImage } from './image-file.ts';
import { ScanRegistry } from '../registry.ts';
import { WatchLoader } from './loader.ts';

const root = temporaryFolder();
let folders = 0;

const pixels = (index: number): number[] => Array.from({ length: 30 }, (_, p) => index * 30 + p);
const frame = (index: number): NdArray => fromNumbers('uint16', pixels(index), [5, 6]);
const position = (index: number): string => `${index}, ${-2 * index}\n`;

/** A folder whose scan is measured by hand. */
class Scan {
  readonly folder = join(root, `scan-${folders++}`);

  constructor() {
    mkdirSync(join(this.folder, 'ccd'), { recursive: true });
  }

  file(index: number, ending = 'npy'): string {
    return join(this.folder, 'ccd', `frame_${String(index).padStart(4, '0')}.${ending}`);
  }

  frames(...indices: readonly number[]): void {
    for (const index of indices) writeFileSync(this.file(index), formatNpy(frame(index)));
  }

  positions(from: number, to: number): void {
    for (let i = from; i < to; i++) appendFileSync(join(this.folder, 'positions.csv'), position(i));
  }

  given(more: object = {}): Record<string, unknown> {
    return {
      ...GEOMETRY,
      base_path: this.folder,
      pattern: 'ccd/frame_%04d.*',
      positions_file: join(this.folder, 'positions.csv'),
      end_file: 'done',
      ...more,
    };
  }

  end(): void {
    writeFileSync(join(this.folder, 'done'), '');
  }

  async follow(more: object = {}, options: ScanOptions = {}): Promise<WatchLoader> {
    const scan = new WatchLoader(this.given(more), { follow: true, log: silentLog, ...options });
    await scan.initialize();
    return scan;
  }
}

/** Each frame must have its own pixels and position. */
function indicesOf(answer: AutoAnswer): number[] {
  const { iterable } = requirePackage(answer);
  for (const { index, data, position: at } of iterable) {
    expect(data?.data[29]).toBe(index * 30 + 29);
    expect(Array.from(at.data)).toEqual([index, 0 - 2 * index]);
  }
  return iterable.map(({ index }) => index);
}

loaderContract('FilesLoader', () => {
  const scan = new Scan();
  scan.frames(...Array.from({ length: CONTRACT_FRAMES }, (_, i) => i));
  scan.positions(0, CONTRACT_FRAMES);
  const create = (more: object = {}, options?: ScanOptions) =>
    new ScanRegistry().create('FilesLoader', scan.given(more), options);
  return {
    create,
    missing: { create: () => create({ base_path: join(root, 'nowhere') }), name: 'nowhere' },
    positions: Array.from({ length: CONTRACT_FRAMES }, (_, i) => [i, -2 * i] as const),
    frame: (index) => pixels(index),
  };
});

describe('a folder that fills', () => {
  it('gives frames as they come, placed by their number, when they have a position', async () => {
    const scan = new Scan();
    scan.positions(0, 6);
    const loader = await scan.follow({ min_frames: 2 });
    expect(await loader.auto(10)).toBe(WAIT);
    scan.frames(4, 8);
    expect(await loader.auto(10)).toBe(WAIT);
    scan.frames(1);
    expect(indicesOf(await loader.auto(10))).toEqual([4, 1]);
    scan.frames(0, 2);
    scan.positions(6, 12);
    expect(indicesOf(await loader.auto(2))).toEqual([0, 2]);
    expect(loader.behind).toBe(1);
    scan.end();
    expect(indicesOf(await loader.auto(9))).toEqual([8]);
    expect(await loader.auto(9)).toBe(EOS);
  });

  it('takes a file when it is whole, under its own name, and once', async () => {
    const scan = new Scan();
    scan.positions(0, 9);
    const { log, warnings } = hearing();
    const loader = await scan.follow({}, { log });
    const bytes = formatNpy(frame(3));
    writeFileSync(scan.file(3), bytes.subarray(0, 40));
    writeFileSync(scan.file(4, 'npy.tmp'), formatNpy(frame(4)));
    writeFileSync(join(scan.folder, 'ccd', '.frame_0005.npy'), formatNpy(frame(5)));
    expect(await loader.auto(10)).toBe(WAIT);
    writeFileSync(scan.file(3), bytes.subarray(0, bytes.length - 1));
    expect(await loader.auto(10)).toBe(WAIT);
    writeFileSync(scan.file(3), bytes);
    renameSync(scan.file(4, 'npy.tmp'), scan.file(4));
    expect(indicesOf(await loader.auto(10))).toEqual([3, 4]);
    scan.frames(3, 4);
    writeFileSync(
      scan.file(3, 'png'),
      encode({ width: 6, height: 5, data: new Uint8Array(30), channels: 1 }),
    );
    expect(await loader.auto(10)).toBe(WAIT);
    scan.end();
    expect(await loader.auto(10)).toBe(EOS);
    expect(warnings.join('\n')).toMatch(/frame_0003\.png is left out: frame_0003\.npy is frame 3 already/);
    expect(warnings.join('\n')).toMatch(/frames 0-2, 5-8 never came to .*ccd/);
  });

  it('says in the end which frames were not whole, or had no position', async () => {
    const scan = new Scan();
    scan.positions(0, 2);
    scan.frames(0, 1, 2, 3);
    writeFileSync(scan.file(4), formatNpy(frame(4)));
    truncateSync(scan.file(4), 150);
    const { log, warnings } = hearing();
    const loader = await scan.follow({ num_frames: 7 }, { log });
    expect(indicesOf(await loader.auto(10))).toEqual([0, 1]);
    scan.end();
    expect(await loader.auto(10)).toBe(EOS);
    const text = warnings.join('\n');
    expect(text).toMatch(/frames 4-6 never came/);
    expect(text).toMatch(/frames 2-3 have no position in .*positions\.csv/);
    expect(text).toMatch(/frame_0004\.npy is not whole/);
  });

  it('is the same to all ranks', async () => {
    const scan = new Scan();
    scan.positions(0, 12);
    const found = await onRanks(3, async (communicator) => {
      const loader = await scan.follow({ load_parallel: 'all' }, { communicator });
      const all: number[][] = [];
      for (let i = 0; ;) {
        if (communicator.rank === 0 && i < 12) scan.frames((5 * i++) % 12);
        else if (communicator.rank === 0 && !existsSync(join(scan.folder, 'done'))) scan.end();
        const answer = await loader.auto(5);
        if (answer === EOS) return all;
        if (answer !== WAIT) all.push([...answer.chunk.indices]);
      }
    });
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(found[0].flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  it('is resumed by another preparation', async () => {
    const scan = new Scan();
    scan.positions(0, 6);
    scan.frames(5, 2);
    const dfile = join(scan.folder, 'saved.ptyd');
    const given = { save: 'append', dfile };
    const first = await scan.follow(given);
    expect(indicesOf(await first.auto(10))).toEqual([2, 5]);
    scan.frames(0, 1, 3, 4);
    scan.end();
    const second = await scan.follow(given, { resume: true });
    expect(second.resumedFrames).toBe(2);
    expect(indicesOf(await second.auto(10))).toEqual([0, 1, 3, 4]);
    expect(await second.auto(10)).toBe(EOS);
  });
});

describe('parameters', () => {
  it.each([
    [{ base_path: null }, /base_path: is needed/],
    [{ positions_file: null }, /positions_file: is needed/],
    [{ pattern: 'a_%d_%d.npy' }, /pattern: one %d is the number.*"a_%d_%d\.npy" was given/],
    [{ pattern: 'a_%s.npy' }, /pattern: after % comes d/],
    [{ pattern: 'a_%d.jpg' }, /pattern: files of the types \.npy, \.png, \.tif, \.tiff can be read/],
  ])('%o is refused', (more, message) => {
    const given = { base_path: 'a', positions_file: 'b', ...more };
    expect(() => new WatchLoader(given)).toThrow(ConfigError);
    expect(() => new WatchLoader(given)).toThrow(message);
  });

  it('counts from first_index, in columns and units of the file', async () => {
    const scan = new Scan();
    scan.frames(11, 12);
    writeFileSync(join(scan.folder, 'p.txt'), '# a scan\nname y x\nccd/a 1 5\n\nccd/b 2 6');
    const loader = new WatchLoader(
      scan.given({
        ...{ pattern: 'ccd/*', first_index: 11, positions_file: join(scan.folder, 'p.txt') },
        ...{ positions_columns: [1, 2], positions_multiplier: 2 },
      }),
    );
    await loader.initialize();
    const { chunk } = requirePackage(await loader.auto(9));
    expect(chunk.indices).toEqual([0, 1]);
    expect(Array.from(chunk.positions.data)).toEqual([2, 10, 4, 12]);
  });

  it('a line of the positions without numbers is an error that names it', async () => {
    const scan = new Scan();
    scan.frames(0);
    writeFileSync(join(scan.folder, 'positions.csv'), '0,0\n1,one\n');
    await expect(new WatchLoader(scan.given()).initialize()).rejects.toThrow(
      /positions\.csv: line 2 has no numbers in columns 0 and 1: "1,one"/,
    );
  });
});

/** Uncompressed TIFF with two strips. */
function tiff(dtype: string, bits: number, format: number, values: readonly number[], big: boolean): Buffer {
  const size = (values.length * bits) / 8;
  const out = Buffer.alloc(8 + size + 2 + 10 * 12 + 4 + 16);
  const view = new DataView(out.buffer, out.byteOffset, out.length);
  out.write(big ? 'MM' : 'II', 0, 'latin1');
  view.setUint16(2, 42, !big);
  const directory = 8 + size;
  view.setUint32(4, directory, !big);
  const write = {
    uint8: 'setUint8',
    uint16: 'setUint16',
    int16: 'setInt16',
    int32: 'setInt32',
    uint32: 'setUint32',
    float32: 'setFloat32',
  }[dtype] as 'setInt32';
  values.forEach((value, i) => {
    view[write](8 + (i * bits) / 8, value, !big);
  });
  const extra = directory + 2 + 10 * 12 + 4;
  const tags = [
    [256, 3, 1, 3],
    [257, 3, 1, 2],
    [258, 3, 1, bits],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 2, extra],
    [277, 3, 1, 1],
    [278, 3, 1, 1],
    [279, 4, 2, extra + 8],
    [339, 3, 1, format],
  ];
  view.setUint16(directory, tags.length, !big);
  tags.forEach(([tag, type, count, value], i) => {
    const at = directory + 2 + 12 * i;
    view.setUint16(at, tag, !big);
    view.setUint16(at + 2, type, !big);
    view.setUint32(at + 4, count, !big);
    if (type === 3) view.setUint16(at + 8, value, !big);
    else view.setUint32(at + 8, value, !big);
  });
  [8, 8 + size / 2, size / 2, size / 2].forEach((value, i) => {
    view.setUint32(extra + 4 * i, value, !big);
  });
  return out;
}

describe('files of frames', () => {
  it.each([
    ['uint8', 8, 1, false],
    ['uint16', 16, 1, true],
    ['int16', 16, 2, false],
    ['int32', 32, 2, false],
    ['int32', 32, 2, true],
    ['uint32', 32, 1, true],
    ['float32', 32, 3, false],
  ])('TIFF of %s', (dtype, bits, format, big) => {
    const values = dtype.startsWith('u') ? [1, 2, 3, 250, 0, 6] : [1, -2, 3, 100, 0, -6];
    const file = join(root, `${dtype}-${String(big)}.tif`);
    writeFileSync(file, tiff(dtype, bits, format, values, big));
    const array = readImage(file);
    expect(array).toMatchObject({ dtype, shape: [2, 3] });
    expect(Array.from(toNumbers(array))).toEqual(values);
  });

  it('PNG of 16 bit', () => {
    const file = join(root, 'a.png');
    writeFileSync(
      file,
      encode({ width: 2, height: 1, depth: 16, channels: 1, data: Uint16Array.of(7, 60000) }),
    );
    expect(readImage(file)).toEqual({ dtype: 'uint16', shape: [1, 2], data: Uint16Array.of(7, 60000) });
  });

  it('say what is wrong with them', () => {
    const file = join(root, 'stack.npy');
    writeFileSync(file, formatNpy(fromNumbers('uint8', [1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])));
    expect(() => readImage(file)).toThrow(/stack\.npy: holds 2x2x2 uint8; expected one frame/);
    writeFileSync(join(root, 'no.tif'), readFileSync(file));
    expect(() => readImage(join(root, 'no.tif'))).toThrow(/no\.tif: /);
  });

  it('and lists of them are short', () => {
    expect(ranges([1, 2, 3, 7, 9, 10])).toBe('1-3, 7, 9-10');
  });
});
