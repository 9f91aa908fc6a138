/** Scans behind virtual datasets whose sources grow, as the writers of Odin and Eiger make them: one file after the other. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requirePackage } from '../../../test/tools/array-scan.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { python, type Program } from '../../../test/tools/python.ts';
import { hearing } from '../../../test/tools/warnings.ts';
import { EOS, WAIT, type AutoAnswer } from '../../frames/package.ts';
import { silentLog } from '../../log.ts';
import { Hdf5Loader } from './loader.ts';

const folder = temporaryFolder();

/**
 * A virtual dataset of six frames in two sources, and a key behind a link. A line is \`open I\`, \`close I\` (of a source), or
 * \`frame\` (one more, in the source opened last, with its key).
 */
const WRITER = `
import os
folder = argument
os.chdir(folder)
lay = h5py.VirtualLayout((6, 4, 6), 'uint16', maxshape=(None, 4, 6))
for i in range(2): lay[3 * i:3 * i + 3] = h5py.VirtualSource(f'part{i}.h5', 'd', (3, 4, 6))
with h5py.File('m.h5', 'w', libver='latest') as m:
    m.create_virtual_dataset('fixed', lay)
    m['y'] = np.arange(6.) * 2; m['x'] = -np.arange(6.); m['key'] = h5py.ExternalLink('key.h5', 'key')
    from h5py import h5s, h5p, h5d, h5t
    dc = h5p.create(h5p.DATASET_CREATE)
    target = h5s.create_simple((3, 4, 6), (h5s.UNLIMITED, 4, 6)); target.select_hyperslab((0, 0, 0), (h5s.UNLIMITED, 1, 1), (3, 1, 1), (3, 4, 6))
    dc.set_virtual(target, b'part%b.h5', b'd', h5s.create_simple((3, 4, 6)))
    h5d.create(m.id, b'numbered', h5t.STD_U16LE, h5s.create_simple((3, 4, 6), (h5s.UNLIMITED, 4, 6)), dcpl=dc)
key = h5py.File('key.h5', 'w', libver='latest'); K = key.create_dataset('key', (6,), 'i4', chunks=(2,)); key.swmr_mode = True
files, n = {}, 0
line = step()
while line:
    what, *i = line.split()
    if what == 'open':
        f = h5py.File(f'part{i[0]}.h5', 'w', libver='latest')
        d = f.create_dataset('d', (0, 4, 6), 'u2', maxshape=(None, 4, 6), chunks=(1, 4, 6)); f.swmr_mode = True; files[i[0]] = f
    if what == 'close': files[i[0]].close()
    if what == 'frame':
        d.resize(len(d) + 1, 0); d[-1] = n + 1; d.flush(); K[n] = 1; K.flush(); n += 1
    line = step()
key.close()
`;

async function writing(name: string): Promise<{ file: string; writer: Program }> {
  const own = join(folder, name);
  mkdirSync(own);
  return { file: join(own, 'm.h5'), writer: await python(WRITER, own) };
}

async function follow(file: string, key: string, more: object = {}, log = silentLog): Promise<Hdf5Loader> {
  const scan = new Hdf5Loader(
    {
      intensities: { file, key, ...(more as { intensities?: object }).intensities },
      positions: { slow_key: 'y', fast_key: 'x' },
      ...{ energy: 7, distance: 2, psize: 75e-6, auto_center: false },
    },
    { follow: true, log },
  );
  await scan.initialize();
  return scan;
}

/** Indices of a package; each frame must have its own pixels and position. */
function indicesOf(answer: AutoAnswer): number[] {
  const { iterable } = requirePackage(answer);
  for (const { index, data, position } of iterable) {
    expect(data?.data[23]).toBe(index + 1);
    expect(position.data[0]).toBe(2 * index);
  }
  return iterable.map(({ index }) => index);
}

async function frames(writer: Program, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await writer.tell('frame');
}

describe.each(['fixed', 'numbered'])('a virtual dataset (%s) over files that grow', (key) => {
  it('is followed, and waits for the file that comes late', async () => {
    const { file, writer } = await writing(key);
    await writer.tell('open 0');
    const scan = await follow(file, key);
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('frame');
    await writer.tell('frame');
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1]);
    await writer.tell('frame');
    await writer.tell('close 0');
    expect(indicesOf(await scan.auto(10))).toEqual([2]);
    expect(await scan.auto(10)).toBe(WAIT);
    await writer.tell('open 1');
    expect(await scan.auto(10)).toBe(WAIT);
    await frames(writer, 3);
    expect(indicesOf(await scan.auto(10))).toEqual([3, 4, 5]);
    expect(await scan.auto(10)).toBe(EOS);
    await writer.end();
  });
});

describe('a virtual dataset with a live key behind a link', () => {
  it('gives frames that the key tells of and whose sources are there', async () => {
    const { file, writer } = await writing('key');
    await writer.tell('open 0');
    const scan = await follow(file, 'fixed', { intensities: { live_key: 'key' } });
    expect(await scan.auto(10)).toBe(WAIT);
    await frames(writer, 3);
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2]);
    await writer.tell('open 1');
    await writer.tell('frame');
    expect(indicesOf(await scan.auto(10))).toEqual([3]);
    await writer.end();
  });
});

describe('a scan that is broken off', () => {
  it('ends when the last file is closed, with a word about what is missing', async () => {
    const { file, writer } = await writing('short');
    await writer.tell('open 0');
    const { log, warnings } = hearing();
    const scan = await follow(file, 'fixed', {}, log);
    await frames(writer, 3);
    await writer.tell('open 1');
    await writer.tell('frame');
    expect(indicesOf(await scan.auto(10))).toEqual([0, 1, 2, 3]);
    await writer.tell('close 0');
    await writer.tell('close 1');
    expect(await scan.auto(10)).toBe(EOS);
    expect(warnings.join()).toContain('was closed by its writer with 4 of 6 frames complete');
    await writer.end();
  });
});
