/** A preparation that runs out of disk, and goes on when there is room: on a small file system of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peer } from './peer.ts';
import { COMMAND } from './ptyflow.ts';

const CONFIG = `
frames_per_block: 10
scans:
  S: { data: { name: QuickScan, shape: 64, num_frames: 100, dfile: S.ptyd } }
`;

const DUMP = `
import h5py, json
with h5py.File('disk/S.ptyd', 'r') as f:
    chunks = [f['chunks'].get(k) for k in sorted(f['chunks'], key=int)]
    print(json.dumps([int(i) for c in chunks if c is not None and len(c['data']) for i in c['indices']]))
`;

export interface FullDisk {
  /** Of the run that had no room. */
  readonly status: number;
  readonly stderr: string;
  /** Frames that its events acknowledged, and those that h5py found then. */
  readonly acknowledged: number;
  readonly left: readonly number[];
  /** Of the run with --resume after room was made, and what h5py found in the end. */
  readonly resumedStatus: number;
  readonly resumedStderr: string;
  readonly whole: readonly number[];
}

/** Mounts are seen by the processes of this shell only, and go with it. */
export function fillDisk(folder: string, save: string, kilobytes: number): FullDisk {
  const [python, unshare] = [peer('h5py'), peer('mounts of its own')];
  mkdirSync(join(folder, 'disk'), { recursive: true });
  writeFileSync(join(folder, 'scan.yaml'), CONFIG);
  writeFileSync(join(folder, 'dump.py'), DUMP);
  const prepare = `"${process.execPath}" "${COMMAND}" prepare scan.yaml -o disk --set scans.S.data.save=${save} --json`;
  const script = `
mount -t tmpfs -o size=${kilobytes}k tmpfs disk || exit 9
${prepare} > first.jsonl 2> first.err; echo $? > first.rc
"${python}" dump.py > left.json || echo '[]' > left.json
mount -o remount,size=20m disk
${prepare} --resume > second.jsonl 2> second.err; echo $? > second.rc
"${python}" dump.py > whole.json
for f in first.rc first.err left.json second.rc second.err whole.json; do echo "== $f"; cat $f; done
echo '== acknowledged'; grep '"event":"chunk"' first.jsonl | tail -1`;
  const { stdout, stderr } = spawnSync(unshare, ['-rm', 'sh', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  const parts = new Map(
    stdout
      .split(/^== /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]),
  );
  const part = (name: string): string => {
    const text = parts.get(name);
    if (text === undefined) throw new Error(`no ${name}: ${stdout}${stderr}`);
    return text;
  };
  const last = part('acknowledged');
  return {
    status: Number(part('first.rc')),
    stderr: part('first.err'),
    acknowledged: last === '' ? 0 : (JSON.parse(last) as { frames: number }).frames,
    left: JSON.parse(part('left.json')) as number[],
    resumedStatus: Number(part('second.rc')),
    resumedStderr: part('second.err'),
    whole: JSON.parse(part('whole.json')) as number[],
  };
}
