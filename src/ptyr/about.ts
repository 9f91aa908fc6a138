/** What a `.ptyr` says about itself: its run, when and by what it was written, and the statistics of its scans. */
import { isNdArray, toNumbers } from '../array/ndarray.ts';
import { readTree } from '../hdf5/encoding.ts';
import { openFile, type H5File } from '../hdf5/file.ts';
import type { Result } from './result.ts';

export interface About {
  /** As the file has them; undefined where it does not say. */
  readonly run: string | undefined;
  readonly software: string | undefined;
  readonly started: string | undefined;
  readonly saved: string | undefined;
  readonly statistics: NonNullable<Result['statistics']>;
}

/** Throws a `FileError` for a file that cannot be read. */
export async function readAbout(file: string): Promise<About> {
  const h5 = await openFile(file, 'r');
  try {
    const text = (name: string): string | undefined => {
      const path = `content/runtime/${name}`;
      const value = h5.kind(path) === 'dataset' ? readTree(h5, path) : undefined;
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    return {
      run: text('run'),
      software: text('software'),
      started: text('allstart') ?? text('start'),
      saved: text('allstop') ?? text('stop'),
      statistics: readStatistics(h5),
    };
  } finally {
    h5.close();
  }
}

function readStatistics(h5: H5File): About['statistics'] {
  const path = 'content/statistics';
  if (h5.kind(path) !== 'group') return {};
  return Object.fromEntries(
    h5.keys(path).flatMap((label) => {
      const tree = readTree(h5, `${path}/${label}`);
      if (typeof tree !== 'object' || tree === null) return [];
      return [
        [label, Object.fromEntries(Object.entries(tree).flatMap(([name, value]) => statistic(name, value)))],
      ];
    }),
  );
}

function statistic(name: string, value: unknown): [string, number | readonly number[]][] {
  if (typeof value === 'number') return [[name, value]];
  if (!isNdArray(value)) return [];
  const numbers = Array.from(toNumbers(value));
  return [[name, value.shape.length === 0 ? numbers[0] : numbers]];
}
