/**
 * How far a run is, in the group `ptyflow/` of a `.ptyr`: `run/` says where it stands, `state/` holds what its engine needs to go
 * on as if it had never stopped. It lies beside `content/`, which ptypy reads as a whole.
 */
import { astype, fromNumbers, type ComplexDType, type NdArray } from '../array/ndarray.ts';
import type { Slices } from '../frames/stored.ts';
import { checkedWriter } from '../hdf5/checksum.ts';
import { float, writeTree } from '../hdf5/encoding.ts';
import type { H5File } from '../hdf5/file.ts';

export const PROGRESS = 'ptyflow';
export const POINT = `${PROGRESS}/run`;
/** Storages whose lengths are in pixels: `probe/<ID>` and `obj/<ID>` say `pixel`. */
export const UNITS = `${PROGRESS}/units`;
/** What was measured in each iteration, by name: (iterations) with NaN where it was not. */
export const ERRORS = `${PROGRESS}/errors`;
/**
 * What `content/runtime/iter_info` says, as one array for each entry: that has a group of six datasets for every iteration, and a
 * thousand of them take seconds to read.
 */
export const ITERATIONS = `${PROGRESS}/iterations`;
export const STATE = `${PROGRESS}/state`;
export const EXIT = `${STATE}/exit`;

/** Where a run stands. */
export interface RunPoint {
  /** Name of the run, `%(run)s` in file names. */
  readonly run: string;
  /** Folder that everything written goes to; null: where the configuration says. */
  readonly output: string | null;
  /** Labels of the scans in the order of the configuration, which a file does not keep by itself. */
  readonly scans: readonly string[];
  /** Engines in the order they run. */
  readonly engines: readonly { readonly key: string; readonly name: string }[];
  /** Key of the engine it is in. */
  readonly engine: string;
  /** Iterations of that engine done. */
  readonly iteration: number;
}

/** Exit waves of a scan, of all ranks. */
export interface StoredExit {
  readonly scan: string;
  /** (n) scan-point indices, in the order of the waves. */
  readonly indices: readonly number[];
  /** (n, modes, rows, cols) */
  readonly waves: Slices<ComplexDType>;
  /** (rows, cols) complex that the waves are multiplied by, as the backend of the run keeps them; undefined: nothing. */
  readonly phase: NdArray | undefined;
}

/** What an engine keeps between iterations. */
export interface StoredState {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, NdArray>>;
  /** Probes and objects in the precision they are computed in, by storage ID, where `content/` holds fewer digits. */
  readonly probes: Readonly<Record<string, NdArray>>;
  readonly objects: Readonly<Record<string, NdArray>>;
  readonly exit: readonly StoredExit[];
}

export interface Progress {
  readonly point: RunPoint;
  readonly state?: StoredState | undefined;
}

/** Exit waves come and go slice by slice: they may be larger than memory. */
export async function writeProgress(h5: H5File, { point, state }: Progress): Promise<void> {
  writeTree(h5, POINT, point);
  if (state === undefined) return;
  const { numbers, arrays, probes, objects, exit } = state;
  writeTree(h5, STATE, {
    numbers: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, float(value)])),
    arrays,
    probe: probes,
    obj: objects,
    exit: exit.map(({ scan, indices, phase }) => ({
      scan,
      indices: astype(fromNumbers('float64', indices), 'int64'),
      ...(phase === undefined ? {} : { phase }),
    })),
  });
  for (const [number, { waves }] of exit.entries()) await writeWaves(h5, wavesPath(number), waves);
}

/** Where the waves of the scan of that number are, or with another `name` what belongs to them. */
export function wavesPath(number: number, name = 'waves'): string {
  return `${EXIT}/${String(number).padStart(5, '0')}/${name}`;
}

async function writeWaves(h5: H5File, path: string, waves: StoredExit['waves']): Promise<void> {
  const writer = checkedWriter(h5, path, waves.dtype, waves.shape);
  for await (const slice of waves.slices()) writer.append(slice);
  writer.finish();
  h5.setAttribute(path, 'type', 'array');
}
