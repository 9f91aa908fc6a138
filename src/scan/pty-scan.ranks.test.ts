/** The same frames, positions, centre and file, however many ranks share the work and whatever is loaded where. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../test/tools/array-scan.ts';
import { h5py, temporaryFolder } from '../../test/tools/h5py.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { fromNumbers, item, type NdArray } from '../array/ndarray.ts';
import type { DataPackage } from '../frames/package.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';

const FRAMES = 23;
const [ROWS, COLS] = [10, 12];
const folder = temporaryFolder();
const frames = withHotPixel(numberedFrames(FRAMES, ROWS, COLS));
const weights = fromNumbers(
  'float64',
  Array.from({ length: FRAMES * ROWS * COLS }, (_, i) => (i % 13 === 0 ? 0 : 1 + (i % 3) / 2)),
  [FRAMES, ROWS, COLS],
);

/** Pixel (2, 3) is hot in the last frames of the first chunk: only the ranks that hold them can see it. */
function withHotPixel(clean: NdArray): NdArray<'int32'> {
  const data = Int32Array.from(clean.data as Int32Array, (value, i) => {
    const [n, pixel] = [Math.floor(i / (ROWS * COLS)), i % (ROWS * COLS)];
    return pixel === 2 * COLS + 3 && n > 5 ? 100_000_000 : (value % 100) + (n % 3);
  });
  return { dtype: 'int32', shape: clean.shape, data };
}

const PARAMETERS = {
  shape: [6, 8],
  center: null,
  orientation: 5,
  rebin: 2,
  hot_pixels: true,
  num_frames: FRAMES,
};

async function prepare(parameters: object, communicator: Communicator): Promise<DataPackage[]> {
  const scan = new ArrayScan(
    { ...PARAMETERS, ...parameters },
    { frames, weights, positionsWithFrames: gridPositions(FRAMES) },
    { communicator },
  );
  await scan.initialize();
  return packagesOf(scan, 9);
}

interface Held {
  readonly index: number;
  readonly data: readonly number[];
  readonly mask: readonly number[];
  readonly position: readonly number[];
}

function held(packages: readonly DataPackage[]): Held[] {
  return packages.flatMap(({ iterable }) =>
    iterable.flatMap(({ index, data, mask, position }) =>
      data === undefined || mask === undefined
        ? []
        : [{ index, data: [...data.data], mask: [...mask.data], position: [...position.data] }],
    ),
  );
}

/** What h5py finds in files, but for the documentation of parameters. */
function trees(files: readonly string[]): unknown[] {
  return h5py(
    `
def tree(file):
    found = {}
    def visit(name, o):
        if hasattr(o, 'dtype') and not name.startswith('info/'):
            value = o[()]
            found[name] = [str(o.dtype), list(o.shape), value.tolist() if hasattr(value, 'tolist') else str(value)]
    h5py.File(file, 'r').visititems(visit)
    return found
result = [tree(file) for file in argument]
`,
    files,
  ) as unknown[];
}

const files = [join(folder, 'alone.ptyd')];
const alone = await prepare({ save: 'append', dfile: files[0] }, singleCommunicator());

describe.each([null, 'data', 'common', 'all'])('load_parallel %s', (mode) => {
  it.each([1, 2, 3, 7])('gives on %i ranks what one rank gives', async (size) => {
    const dfile = join(folder, `${mode}-${size}.ptyd`);
    const ranks = await onRanks(size, (communicator) =>
      prepare({ load_parallel: mode, save: 'append', dfile }, communicator),
    );
    const all = ranks.flatMap(held).sort((a, b) => a.index - b.index);
    expect(all).toEqual(held(alone));
    for (const packages of ranks) {
      expect(packages.map(({ common }) => common)).toEqual(alone.map(({ common }) => common));
      expect(packages.map(({ chunk }) => chunk.indices)).toEqual(alone.map(({ chunk }) => chunk.indices));
      packages.forEach(({ chunk }, k) => {
        expect(chunk.positions).toEqual(alone[k].chunk.positions);
      });
    }
    // In contiguous blocks, never more than one frame apart in total.
    const totals = ranks.map((packages) => held(packages).length);
    expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
    for (const [k, { chunk }] of alone.entries()) {
      expect(ranks.flatMap((packages) => packages[k].chunk.indicesNode)).toEqual(chunk.indices);
    }
    files.push(dfile);
  });
});

describe('files saved by any number of ranks', () => {
  it('hold the same', () => {
    const [one, ...others] = trees(files);
    expect(others).toHaveLength(16);
    for (const other of others) expect(other).toEqual(one);
    expect(one).toHaveProperty('chunks/2/data', ['float64', [5, 4, 3], expect.anything()]);
  });
});

describe('a chunk smaller than the number of ranks', () => {
  it('leaves some ranks without frames, and is saved whole', async () => {
    const dfile = join(folder, 'small.ptyd');
    const [, , third] = await onRanks(5, async (communicator) => {
      const scan = new ArrayScan(
        { ...PARAMETERS, num_frames: 2, save: 'append', dfile },
        { frames, positions: gridPositions(2) },
        { communicator },
      );
      await scan.initialize();
      return packagesOf(scan, 2);
    });
    const [{ chunk, iterable }] = third;
    expect(chunk.indicesNode).toEqual([]);
    expect(chunk.data.shape).toEqual([0, 4, 3]);
    expect(chunk.indices).toEqual([0, 1]);
    expect(iterable.map((entry) => [entry.index, entry.data, entry.mask])).toEqual([
      [0, undefined, undefined],
      [1, undefined, undefined],
    ]);
    expect(iterable[1].position).toEqual(item(gridPositions(2), 1));
    expect(trees([dfile])[0]).toHaveProperty('chunks/0/data', ['float64', [2, 4, 3], expect.anything()]);
  });
});
