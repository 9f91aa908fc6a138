/** Every loader that follows a scan, under the contract of those. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import {
  FOLLOWED_FRAMES,
  FOLLOWED_SHAPE,
  followedPosition,
  followedValue,
  followingContract,
  type FollowedSubject,
} from '../../test/contracts/following.ts';
import { GEOMETRY } from '../../test/tools/array-scan.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { has, peer } from '../../test/tools/peer.ts';
import { python } from '../../test/tools/python.ts';
import { ndarray, sizeOf, type NdArray } from '../array/ndarray.ts';
import { formatNpy } from '../array/npy.ts';
import { DataError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { EOS, WAIT } from '../frames/package.ts';
import { Hdf5Loader } from './hdf5/loader.ts';
import { PtydScan } from './ptyd/loader.ts';
import { QueueScan } from './queue/loader.ts';
import { WatchLoader } from './watch/loader.ts';

const root = temporaryFolder();
const SIZE = sizeOf(FOLLOWED_SHAPE);

const frame = (point: number): NdArray<'uint16'> =>
  ndarray('uint16', [...FOLLOWED_SHAPE], new Uint16Array(SIZE).fill(followedValue(point)));

const pushed = (point: number) => ({ frame: frame(point), position: followedPosition(point), point });

/** A file or a folder that goes away. */
const leaving = (path: string): Pick<FollowedSubject, 'vanish' | 'comeBack'> => ({
  vanish: () => {
    renameSync(path, `${path}-away`);
  },
  comeBack: () => {
    renameSync(`${path}-away`, path);
  },
});

const newFolder = (): string => mkdtempSync(join(root, 'scan-'));

followingContract('QueueScan', (): FollowedSubject => {
  // Frames may come before anybody follows; there is one master.
  const early: number[] = [];
  let scan: QueueScan | undefined;
  const write = (...points: readonly number[]): void => {
    if (scan === undefined) early.push(...points);
    else for (const point of points) scan.push(pushed(point));
  };
  return {
    create: (options) => {
      const made = new QueueScan(GEOMETRY, options);
      if (scan !== undefined) return made;
      scan = made;
      write(...early);
      return made;
    },
    write,
    repeat: write,
    end: () => scan?.end(),
    vanish: () => scan?.fail(new DataError('port 7 was closed')),
    name: 'port 7',
  };
});

followingContract('WatchLoader', (): FollowedSubject => {
  const base = newFolder();
  const ccd = join(base, 'ccd');
  const positions = join(base, 'positions.txt');
  mkdirSync(ccd);
  const file = (point: number, name = 'f'): string => join(ccd, `${name}_${point}.npy`);
  const lines = Array.from({ length: FOLLOWED_FRAMES }, (_, point) => followedPosition(point).join(' '));
  writeFileSync(positions, `${lines.join('\n')}\n`);
  const bytes = (point: number): Uint8Array => formatNpy(frame(point));
  return {
    create: (options) => {
      const given = { base_path: base, pattern: 'ccd/*_%d.npy', positions_file: positions, end_file: 'done' };
      return new WatchLoader({ ...GEOMETRY, ...given }, options);
    },
    write: (...points) => {
      for (const point of points) writeFileSync(file(point), bytes(point));
    },
    halves: {
      first: (point) => {
        writeFileSync(file(point), bytes(point));
        truncateSync(file(point), bytes(point).length - 5);
      },
      rest: (point) => {
        appendFileSync(file(point), bytes(point).slice(-5));
      },
    },
    repeat: (point) => {
      writeFileSync(file(point, 'g'), bytes(point));
    },
    end: () => {
      writeFileSync(join(base, 'done'), '');
    },
    ...leaving(ccd),
    name: ccd,
  };
});

followingContract('PtydScan', async (): Promise<FollowedSubject> => {
  const dfile = join(newFolder(), 'scan.ptyd');
  const writer = new QueueScan({ ...GEOMETRY, save: 'link', dfile }, { log: silentLog });
  await writer.initialize();
  return {
    create: (options) => new PtydScan({ source: dfile, ...GEOMETRY, shape: null }, options),
    write: async (...points) => {
      for (const point of points) {
        writer.push(pushed(point));
        if ((await writer.auto(1)) === WAIT) throw new Error(`frame ${point} was not saved`);
      }
    },
    end: async () => {
      writer.end();
      if ((await writer.auto(1)) !== EOS) throw new Error('the end was not saved');
    },
    ...leaving(dfile),
    name: dfile,
  };
});

/** A line is \`data I\` (its pixels are there), \`key I\` (all of it is there). */
const WRITER = `
file, frames, rows, cols = argument
f = h5py.File(file, 'w', libver='latest')
d = f.create_dataset('data', (frames, rows, cols), 'uint16', chunks=(1, rows, cols))
k = f.create_dataset('key', (frames,), 'i8', chunks=(4,))
f['xy'] = np.arange(frames)[:, None] * np.array([1e-6, -2e-6])
f.swmr_mode = True
line = step()
while line:
    what, i = line.split()
    if what == 'data': d[int(i)] = int(i) + 1
    if what == 'key': k[int(i)] = 7
    d.flush()
    k.flush()
    line = step()
f.close()
`;

describe('a file that h5py writes', () => {
  if (!has('h5py')) {
    it('is followed', () => peer('h5py'));
    return;
  }

  followingContract('SwmrLoader', async (): Promise<FollowedSubject> => {
    const file = join(newFolder(), 'scan.h5');
    const writer = await python(WRITER, [file, FOLLOWED_FRAMES, ...FOLLOWED_SHAPE]);
    let isOpen = true;
    let changes = 0;
    // The clock of a file system may be too coarse for two changes in a row.
    const tell = async (line: string): Promise<void> => {
      await writer.tell(line);
      utimesSync(file, new Date(), new Date(Date.now() + ++changes));
    };
    const end = async (): Promise<void> => {
      if (isOpen) await writer.end();
      isOpen = false;
    };
    return {
      create: (options) => {
        const axis = (name: string, index: number) => ({ [`${name}_key`]: 'xy', [`${name}_index`]: index });
        const positions = { file, ...axis('slow', 0), ...axis('fast', 1) };
        const intensities = { file, key: 'data', live_key: 'key' };
        return new Hdf5Loader({ ...GEOMETRY, shape: null, intensities, positions }, options);
      },
      write: async (...points) => {
        for (const point of points) for (const what of ['data', 'key']) await tell(`${what} ${point}`);
      },
      halves: { first: (point) => tell(`data ${point}`), rest: (point) => tell(`key ${point}`) },
      end,
      ...leaving(file),
      name: file,
      close: end,
    };
  });
});
