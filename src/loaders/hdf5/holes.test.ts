/** Frames that are not all there, and pixels that are marked: errors, or left out and masked with a word; never zeros. */
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { messageOf } from '../../errors.ts';
import { EOS, type DataPackage } from '../../frames/package.ts';
import { Hdf5Loader } from './loader.ts';

const folder = temporaryFolder();
const file = join(folder, 'scan.h5');

const MARKED = ['int32', 'uint32', '>f4', 'float32', 'float64', 'int64', '>i8'] as const;

beforeEach(
  once(() =>
    h5py(
      `
folder, file, marked = argument
frames = np.arange(1, 8 * 16 + 1).reshape(8, 4, 4).astype('u4')
with h5py.File(folder + '/a.h5', 'w') as f: f['d'] = frames[:4]; f['y'] = np.arange(4.); f['mask'] = np.ones((4, 2), 'u1')
with h5py.File(folder + '/b.h5', 'w') as f: f['other'] = frames[4:]
V = h5py.VirtualSource
def virtual(f, name, shape, parts, dtype='u4'):
    lay = h5py.VirtualLayout(shape, dtype)
    for at, source in parts: lay[at] = source
    f.create_virtual_dataset(name, lay, fillvalue=0)
A = V('a.h5', 'd', (4, 4, 4))
with h5py.File(file, 'w') as f:
    f['y'], f['x'] = np.arange(8.), np.arange(8.)
    f['frames'] = frames
    virtual(f, 'broken', (8, 4, 4), [(slice(0, 4), A), (slice(4, 8), V('b.h5', 'd', (4, 4, 4)))])
    virtual(f, 'brokenY', (8,), [(slice(0, 4), V('a.h5', 'y', (4,))), (slice(4, 8), V('b.h5', 'y', (4,)))], 'f8')
    virtual(f, 'brokenMask', (4, 4), [(np.s_[:, :2], V('a.h5', 'mask', (4, 2)))], 'u1')
    virtual(f, 'tiles', (8, 4, 5), [(np.s_[:4, :, :4], A), (np.s_[4:, :, :4], A)])
    f.create_dataset('aborted', (8, 4, 4), 'u4', chunks=(1, 4, 4))[:5] = frames[:5]
    f['dark'], f['flat'] = np.full((4, 4), 2.), np.ones((4, 4))
    f['badDark'] = np.full((4, 4), 2, 'u4'); f['badDark'][3, 3] = 2**32 - 1
    for dtype in marked:
        stored = frames.astype(dtype)
        stored[:, 1, 2] = -1 if dtype == 'int32' else 2**32 - 1
        if 'f' in dtype: stored[:, 2, 2] = np.nan
        f['marked' + dtype] = stored
`,
      [folder, file, MARKED],
    ),
  ),
);

interface Prepared {
  readonly indices: number[];
  readonly data: ArrayLike<number>;
  /** Flat indices of masked pixels in the first frame. */
  readonly masked: number[];
  readonly warnings: readonly string[];
}

async function prepare(key: string, more: Record<string, unknown> = {}): Promise<Prepared | string> {
  const { log, warnings } = hearing();
  const parameters = {
    intensities: { file, key },
    positions: { slow_key: 'y', slow_multiplier: 1e-6, fast_key: 'x', fast_multiplier: 1e-6 },
    ...{ energy: 7, distance: 1, psize: 1e-5, auto_center: false },
    ...more,
  };
  try {
    const scan = new Hdf5Loader(parameters, { log });
    await scan.initialize();
    const answer = await scan.auto(8);
    if (answer === EOS) return 'nothing';
    const found = answer as DataPackage;
    const { data, weights, indices } = found.chunk;
    const size = data.shape[1] * data.shape[2];
    const first = Array.from(weights.data.slice(0, size));
    const masked = first.map((weight, i) => (weight > 0 ? -1 : i)).filter((i) => i >= 0);
    return { indices: Array.from(indices), data: data.data, masked, warnings };
  } catch (error) {
    return messageOf(error);
  }
}

describe('frames that are not there', () => {
  it('of a virtual dataset are an error with frame and source, or left out', async () => {
    expect(await prepare('broken')).toBe(
      `frame 4 of intensities.key "broken" in ${file} cannot be read: '/broken' is a virtual dataset: its source 'b.h5' has no dataset 'd'`,
    );
    const { indices, warnings } = (await prepare('broken', { on_bad_frame: 'skip' })) as Prepared;
    expect(indices).toEqual([0, 1, 2, 3]);
    expect(warnings).toHaveLength(4);
    expect(warnings[3]).toMatch(/frame 7 of .* its source 'b.h5' has no dataset 'd'; left out/);
  });

  it('of a scan that was broken off neither', async () => {
    expect(await prepare('aborted')).toBe(
      `frame 5 of intensities.key "aborted" in ${file} cannot be read: '/aborted' was never written at [5, 0, 0]`,
    );
    expect(await prepare('aborted', { on_bad_frame: 'skip' })).toMatchObject({ indices: [0, 1, 2, 3, 4] });
  });

  it('positions and masks with holes are errors', async () => {
    const positions = { slow_key: 'brokenY', fast_key: 'x' };
    expect(await prepare('frames', { positions })).toMatch(
      /'\/brokenY' is a virtual dataset: its source 'b.h5' has no dataset 'y'/,
    );
    expect(await prepare('frames', { mask: { key: 'brokenMask' } })).toMatch(
      /'\/brokenMask' is a virtual dataset: no source is mapped to 2 of the 4 numbers at \[0\]/,
    );
  });
});

describe('pixels without counts', () => {
  it('between the tiles of a virtual dataset are masked', async () => {
    const { masked, data, warnings } = (await prepare('tiles')) as Prepared;
    expect(masked).toEqual([4, 9, 14, 19]);
    expect(Array.from(data).slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(warnings).toEqual(['bad pixels were masked: 32 saturated or marked as bad']);
  });

  it('that are marked are masked in every type, with and without dark and flat field', async () => {
    const corrections = [{}, { darkfield: { key: 'dark' } }, { flatfield: { key: 'flat' } }];
    for (const dtype of MARKED) {
      for (const given of corrections) {
        const { masked } = (await prepare(`marked${dtype}`, given)) as Prepared;
        expect(masked, `${dtype} ${JSON.stringify(given)}`).toEqual(dtype.includes('f') ? [6, 10] : [6]);
      }
    }
  });

  it('in a dark field are masked in all frames', async () => {
    const { masked, warnings } = (await prepare('frames', { darkfield: { key: 'badDark' } })) as Prepared;
    expect(masked).toEqual([15]);
    expect(warnings).toEqual(['bad pixels were masked: 8 not finite']);
  });
});
