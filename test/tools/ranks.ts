/** The command on several ranks, as users start it, and what the files that it writes hold. */
import { join } from 'node:path';
import { h5py } from './h5py.ts';
import { mpiexec, node, type Ended } from './mpi.ts';
import { COMMAND, ROOT } from './ptyflow.ts';

export type Start = (ranks: number, args: readonly string[]) => Promise<Ended>;

export const STARTS: Readonly<Record<string, Start>> = {
  threads: (ranks, args) => node([COMMAND, ...args, '--ranks', String(ranks)]),
  'Open MPI': (ranks, args) => mpiexec('openmpi', ranks, [COMMAND, ...args]),
  MPICH: (ranks, args) => mpiexec('mpich', ranks, [COMMAND, ...args]),
};

/** 103 frames of the real sample, its centre found over all ranks, prepared in chunks of 40. */
export const STAR = join(ROOT, 'examples', 'siemens-star', 'siemens-star.yaml');
export const PREPARE = [
  ...['prepare', STAR, '--set', 'scans.star.data.num_frames=103', '--set', 'frames_per_block=40'],
  ...['--set', 'scans.star.data.auto_center=true', '--set', 'scans.star.data.shape=100'],
];

/** Everything in a `.ptyd` but where and when it was written. */
export function contents(files: readonly string[]): unknown[] {
  return h5py(
    `
import hashlib
def tree(file):
    found = {}
    def walk(path, o):
        if path in ('info/dfile', 'info/parallel_write'):
            return
        attributes = {k: str(v) for k, v in o.attrs.items() if k not in ('ctime', 'mtime')}
        if isinstance(o, h5py.Dataset):
            v = o[()]
            value = v.decode() if isinstance(v, bytes) else hashlib.sha1(np.ascontiguousarray(v).tobytes()).hexdigest()
            found[path] = [attributes, str(o.dtype), list(o.shape), value]
        else:
            found[path] = attributes
            for k in o:
                walk((path + '/' + k).strip('/'), o[k])
    with h5py.File(file, 'r') as f:
        walk('', f)
    return found
result = [tree(file) for file in argument]
`,
    files,
  ) as unknown[];
}

/** Indices, and checksums of frames and positions in their order, of files however they are cut into chunks. */
export function frames(files: readonly string[]): unknown[] {
  return h5py(
    `
import hashlib
def frames(file):
    with h5py.File(file, 'r') as f:
        c = [f['chunks'][k] for k in f['chunks']]
        i = np.concatenate([x['indices'][:] for x in c])
        order = np.argsort(i)
        d = np.concatenate([x['data'][:] for x in c])[order]
        p = np.concatenate([x['positions'][:] for x in c])[order]
        return [i[order].tolist(), hashlib.sha1(d.tobytes()).hexdigest(), hashlib.sha1(p.tobytes()).hexdigest()]
result = [frames(file) for file in argument]
`,
    files,
  ) as unknown[];
}
