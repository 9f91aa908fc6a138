/** What a played scan fills: a folder of files, an HDF5 file in SWMR mode, or a `.ptyd`. */
import { fromNumbers, type NdArray, type RealDType } from '../../array/ndarray.ts';
import { EOS } from '../../frames/package.ts';
import type { Pair } from '../../frames/pair.ts';
import type { LoadedFrames } from '../../frames/raw.ts';
import { openFile } from '../../hdf5/file.ts';
import { PtyScan, type Availability, type ScanOptions } from '../../scan/pty-scan.ts';
import type { LiveSource } from './source.ts';
import type { LiveKind } from './plan.ts';
import { ScanFolder } from './scan-folder.ts';

export interface LiveSink {
  /** A frame (1, rows, cols) of a scan point is there, to whoever follows, when this returns. */
  add(point: number, frame: NdArray<RealDType>): Promise<void>;
  /** Nothing more comes, and whoever follows is told so. */
  end(): Promise<void>;
}

/** Makes what will be filled; the first frame tells its element type. */
export function openSink(
  kind: LiveKind,
  output: string,
  source: LiveSource,
  first: NdArray<RealDType>,
): Promise<LiveSink> {
  if (kind === 'ptyd') return ptydSink(output, source);
  return kind === 'swmr' ? swmrSink(output, source, first) : Promise.resolve(folderSink(output, source));
}

function folderSink(output: string, source: LiveSource): LiveSink {
  const folder = new ScanFolder(output, source);
  return {
    add(point, frame) {
      folder.add(point, frame);
      return Promise.resolve();
    },
    end() {
      folder.end();
      return Promise.resolve();
    },
  };
}

/** `entry/{data,y,x,key}` grow together; the key of a frame that is there is its number and 1. Closed in the end. */
async function swmrSink(file: string, source: LiveSource, first: NdArray<RealDType>): Promise<LiveSink> {
  const [rows, cols] = source.shape;
  const h5 = await openFile(file, 'w', { swmr: true });
  const scalar = (name: string, value: number): void => {
    h5.write(`entry/${name}`, fromNumbers('float64', [value], []));
  };
  scalar('energy', source.energy);
  scalar('distance', source.distance);
  h5.write('entry/psize', fromNumbers('float64', [...source.psize], [2]));
  h5.createDataset('entry/data', first.dtype, [0, rows, cols], {
    maxShape: [null, rows, cols],
    chunks: [1, rows, cols],
  });
  const lists = { y: 'float64', x: 'float64', key: 'int32' } as const;
  for (const [name, dtype] of Object.entries(lists)) {
    h5.createDataset(`entry/${name}`, dtype, [0], { maxShape: [null], chunks: [256] });
  }
  h5.startSwmr();
  let length = 0;
  return {
    add(point, frame) {
      const at = [{ start: point, stop: point + 1 }];
      const [y, x] = source.positions[point];
      if (point >= length) {
        length = point + 1;
        h5.resize('entry/data', [length, rows, cols]);
        for (const name of Object.keys(lists)) h5.resize(`entry/${name}`, [length]);
      }
      h5.write('entry/data', frame, at);
      h5.write('entry/y', fromNumbers('float64', [y], [1]), at);
      h5.write('entry/x', fromNumbers('float64', [x], [1]), at);
      h5.flush();
      // The key comes last: whoever sees it finds the frame.
      h5.write('entry/key', fromNumbers('int32', [point + 1], [1]), at);
      h5.flush();
      return Promise.resolve();
    },
    end() {
      h5.close();
      return Promise.resolve();
    },
  };
}

/** Frames in the order in which they are played. */
class Played extends PtyScan {
  readonly #points: number[] = [];
  readonly #source: LiveSource;
  #last: NdArray<RealDType> | undefined;

  constructor(dfile: string, source: LiveSource, options: ScanOptions) {
    const { energy, distance, psize, shape } = source;
    super({ dfile, save: 'link', energy, distance, psize, shape, label: 'simulated' }, options);
    this.#source = source;
  }

  protected override loadPositions(): readonly Pair[] {
    return this.#source.positions;
  }

  protected override check(frames: number, start: number): Availability {
    return { accessible: Math.min(frames, this.#points.length - start), endOfScan: false };
  }

  protected override indexOf(ordinal: number): number {
    return this.#points[ordinal];
  }

  protected override load(): LoadedFrames {
    return { frames: this.#last ?? [] };
  }

  play(point: number, frame: NdArray<RealDType>): void {
    this.#points.push(point);
    this.#last = frame;
  }
}

/** A chunk file for each frame, linked. */
async function ptydSink(file: string, source: LiveSource): Promise<LiveSink> {
  const scan = new Played(file, source, { follow: true });
  await scan.initialize();
  return {
    async add(point, frame) {
      scan.play(point, frame);
      await scan.auto(1);
    },
    async end() {
      scan.conclude();
      while ((await scan.auto(1)) !== EOS);
    },
  };
}
