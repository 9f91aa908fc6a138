// Preparation against h5py, in pairs in one run: medians and their ratio.
//   node bench/prepare.mjs [rounds]        (after npm run build; needs python3-h5py)
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hdf5Loader } from 'ptyflow';
import { openFile } from 'ptyflow/files';

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-bench-'));
const source = join(folder, 'frames.h5');

const PYTHON = `
import sys, time, os, h5py, numpy as np
def make(file, n, side):
    with h5py.File(file, 'w') as f:
        d = f.create_dataset('frames', (n, side, side), 'u2')
        rng = np.random.default_rng(0)
        block = rng.poisson(3, (50, side, side)).astype('u2')
        for i in range(0, n, 50): d[i:i+50] = block
        f['y'] = np.arange(n) // 40 * 1e-6; f['x'] = np.arange(n) % 40 * 1e-6
def read(file, out=None, sync=None):
    t = time.perf_counter()
    with h5py.File(file, 'r') as f: region = f['frames'][:, 128:384, 128:384]
    if out:
        with h5py.File(out, 'w') as g: g['data'] = region
    if sync:
        with open(out) as g: os.fsync(g.fileno())
    return time.perf_counter() - t
if sys.argv[1] == 'make': make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else: print(read(*sys.argv[2:]))
`;

function python(...args) {
  return Number(execFileSync('/usr/bin/python3', ['-c', PYTHON, ...args], { encoding: 'utf8' }));
}

function scan(file, shape, more = {}) {
  return new Hdf5Loader({
    intensities: { file, key: 'frames' },
    positions: { slow_key: 'y', fast_key: 'x' },
    ...{ shape, energy: 7.2, distance: 7.19, psize: 172e-6 },
    ...more,
  });
}

async function prepare(file, shape, more) {
  const start = performance.now();
  const loader = scan(file, shape, more);
  await loader.initialize();
  let frames = 0;
  for (;;) {
    const answer = await loader.auto(100);
    if (answer === 'EOS') break;
    frames += answer.chunk.indices.length;
  }
  return { seconds: (performance.now() - start) / 1000, frames };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function pair(name, reference, own, limit) {
  await own(); // warm up
  reference();
  const [a, b, ratios] = [[], [], []];
  for (let i = 0; i < rounds; i++) {
    // Nobody pays for what the other has left unwritten.
    execFileSync('sync');
    a.push(reference());
    execFileSync('sync');
    b.push(await own());
    ratios.push(b[i] / a[i]);
  }
  const line = `h5py ${median(a).toFixed(2)} s, ptyflow ${median(b).toFixed(2)} s, ratio ${median(ratios).toFixed(2)} (target ≤ ${limit})`;
  console.log(`${name}: ${line}`);
}

try {
  if (process.argv[2] === 'memory') {
    const { frames } = await prepare(process.argv[3], null, {
      save: 'append',
      dfile: `${process.argv[3]}.ptyd`,
    });
    console.log(`${frames} frames, peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
    process.exit();
  }

  python('make', source, '1000', '512');
  await pair(
    'read and crop 1000 frames of 512² to 256²',
    () => python('read', source),
    async () => (await prepare(source, 256)).seconds,
    2.5,
  );
  const saved = { save: 'append', dfile: join(folder, 'own.ptyd') };
  const save = async () => {
    const { seconds } = await prepare(source, 256, saved);
    rmSync(saved.dfile);
    return seconds;
  };
  const copy = join(folder, 'h5py.h5');
  await pair('the same, saved (append)', () => python('read', source, copy), save, 2);
  await pair('the same, h5py syncs too', () => python('read', source, copy, 'sync'), save, 2);
  rmSync(source);

  for (const n of [1000, 10000]) {
    const file = join(folder, `memory-${n}.h5`);
    python('make', file, String(n), '256');
    const { stdout } = spawnSync(process.execPath, [import.meta.filename, 'memory', file], {
      encoding: 'utf8',
    });
    console.log(`memory, prepared and saved: ${stdout.trim()} (target < 600 MB, not growing)`);
    rmSync(file);
    rmSync(`${file}.ptyd`, { force: true });
  }

  const large = join(folder, 'large.h5');
  execFileSync('/usr/bin/python3', [
    '-c',
    `import h5py; f = h5py.File('${large}', 'w'); f.create_dataset('frames', (32768, 256, 256), 'u2')[32767] = 7`,
  ]);
  const readBytes = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))[1]);
  const h5 = await openFile(large, 'r');
  const before = readBytes();
  const picks = [32767, 5, 17000, 299, 31000, 12345, 20000, 1, 8191, 27182];
  for (const index of picks)
    h5.read('frames', [
      { start: index, stop: index + 1 },
      { start: 0, stop: 256 },
      { start: 0, stop: 256 },
    ]);
  const read = readBytes() - before;
  h5.close();
  const asked = picks.length * 256 * 256 * 2;
  console.log(
    `10 frames out of a 4 GiB file: read ${(read / 1e6).toFixed(2)} MB, asked for ${(asked / 1e6).toFixed(2)} MB`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
