// Following a scan: how late prepared frames are, how many a second are prepared beside a reconstruction, and how much memory that takes.
//   node bench/live.mjs        (after npm run build; needs python3-h5py)
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const HERE = import.meta.dirname;
const COMMAND = join(HERE, '..', 'dist', 'cli', 'main.js');
const PYTHON = '/usr/bin/python3';
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-live-'));
const at = (name) => join(folder, name);

const config = (frames, more = '') => `
scans:
  S:
    data:
      name: SwmrLoader
      intensities: { file: raw.h5, key: data, live_key: keys }
      positions: { file: raw.h5, slow_key: y, fast_key: x }
      num_frames: ${frames}
      energy: 7.2
      distance: 7.19
      psize: 172e-6
      shape: null
      dfile: S.ptyd
      save: link
    illumination: { aperture: { form: circ, size: 3e-6 } }
${more}`;

const python = (script, ...args) =>
  spawn(PYTHON, [join(HERE, 'live', script), ...args.map(String)], { cwd: folder, stdio: 'inherit' });
const ptyflow = (...args) =>
  spawn(process.execPath, [COMMAND, ...args, '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const ended = (child) => (child.exitCode === null ? once(child, 'close') : undefined);
const peakMB = (pid) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];

function eventsOf(child, onEvent) {
  createInterface({ input: child.stdout }).on('line', (line) => onEvent(JSON.parse(line)));
}

function clear() {
  execFileSync('sh', ['-c', `rm -rf "${folder}"/*`]);
}

function times(file) {
  return new Map(
    readFileSync(at(file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number)),
  );
}

/** From a frame that is complete on the disk to one that another process can read. */
async function latency(frames, pixels, rate) {
  clear();
  writeFileSync(at('scan.yaml'), config(frames));
  const prepare = ptyflow('prepare', 'scan.yaml', '--follow');
  prepare.stdout.resume();
  // The preparation has started when it waits for the file.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const reader = python('reader.py', 'S.ptyd', frames, 'read.txt');
  const detector = python('detector.py', 'raw.h5', frames, pixels, rate, 'written.txt');
  await Promise.all([detector, reader, prepare].map(ended));
  const written = times('written.txt');
  const late = [...times('read.txt')].map(([i, time]) => [i, 1000 * (time - written.get(i))]);
  const say = (what, some) => {
    const sorted = some.map(([, ms]) => ms).sort((a, b) => a - b);
    const ms = (part) => `${quantile(sorted, part).toFixed(0)} ms`;
    console.log(`  ${what}: readable after ${ms(0.5)} (median), ${ms(0.99)} (99 %), ${ms(1)} at most`);
  };
  console.log(
    `${frames} frames of ${pixels}² at ${rate} frames/s, targets 100 ms (median) and 300 ms (99 %)`,
  );
  say('all', late);
  // The preparation had been waiting for the file, and opens it, and makes its own, while frames come.
  say(
    'after the first second',
    late.filter(([i]) => i >= rate),
  );
}

/** Frames a second that a run prepares and saves while its engine iterates, out of a file that is there. */
async function beside(frames, pixels) {
  clear();
  await ended(python('detector.py', 'raw.h5', frames, pixels, 1e6, 'written.txt'));
  const engines =
    'engines:\n  d: { name: DM, numiter: 1 }\nio: { rfile: null, autosave: { active: false } }\n';
  writeFileSync(at('scan.yaml'), config(frames, engines));
  const run = ptyflow('run', 'scan.yaml', '--follow', '--ranks', '1');
  let chunks = 0;
  let first;
  let last;
  let iterations = 0;
  eventsOf(run, (event) => {
    if (event.event === 'chunk') {
      chunks++;
      first ??= event;
      last = event;
    }
    if (event.event === 'iteration' && event.iterations === null) iterations++;
  });
  await ended(run);
  const rate = (last.frames - first.frames) / (last.seconds - first.seconds);
  console.log(
    `${frames} frames of ${pixels}² beside a reconstruction: ${rate.toFixed(0)} frames/s in ${chunks} chunks, ` +
      `${iterations} iterations meanwhile; target 500`,
  );
}

/** Peak memory of a preparation that follows. */
async function memory(frames, pixels, rate) {
  clear();
  writeFileSync(at('scan.yaml'), config(frames));
  const prepare = ptyflow('prepare', 'scan.yaml', '--follow');
  const samples = [];
  eventsOf(prepare, (event) => {
    if (event.event === 'chunk') samples.push([event.frames, peakMB(prepare.pid)]);
  });
  const detector = python('detector.py', 'raw.h5', frames, pixels, rate, 'written.txt');
  await Promise.all([detector, prepare].map(ended));
  if (samples.length === 0) throw new Error('nothing was prepared');
  const tenth = samples.find(([count]) => count >= frames / 10) ?? samples[0];
  const last = samples.at(-1);
  console.log(
    `memory of a preparation of ${frames} frames of ${pixels}²: ${tenth[1].toFixed(0)} MB after ${tenth[0]}, ${last[1].toFixed(0)} MB after ${last[0]}`,
  );
}

try {
  await latency(2000, 256, 200);
  await beside(3000, 256);
  await memory(20_000, 128, 1000);
} finally {
  rmSync(folder, { recursive: true });
}
