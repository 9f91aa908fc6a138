// What the page takes, in Chromium with software GL (after npm run build):
//   node bench/page.mjs drawn [seconds]     from an iteration that is finished to its picture that is drawn, objects of 512² and 1024²
//   node bench/page.mjs stalled [seconds]   memory of a run whose one viewer takes nothing
//   node bench/page.mjs first [rounds]      from `ptyflow view` to the first frame of a .ptyd of 4 GB; needs python3-h5py
// `time` in a picture is when its state was made; the page says `drawn` in the frame after it has drawn it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import WebSocket from 'ws';

const COMMAND = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const CHROMIUM = process.env.PTYFLOW_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-page-'));

function quantile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

/** Starts a command that serves; what it prints as JSON goes to `hear`. */
async function serve(args, hear = () => undefined) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => hear(JSON.parse(line)));
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /^page: (.*)$/.exec(line)?.[1];
    child.stderr.resume();
    if (url !== undefined) return { child, url };
  }
  throw new Error('the command has ended');
}

/** A run of about five iterations a second, whose object has about so many pixels along a side. */
function configure(side) {
  const frames = 500;
  const file = join(folder, `${side}.json`);
  const data = {
    name: 'MoonFlowerScan',
    num_frames: frames,
    shape: 128,
    density: (side - 150) / (144 * Math.sqrt(frames)),
  };
  const tree = {
    run: 'page',
    scans: { S: { data, illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
    engines: { e: { name: 'EPIE', numiter: 100_000 } },
    io: { home: folder, pictures: false, autosave: false },
  };
  writeFileSync(file, JSON.stringify(tree));
  return file;
}

/** In the page, before anything of it: when pictures come, and when it says that they are drawn. */
function timePictures() {
  globalThis.timed = [];
  const known = new Map();
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const view = new DataView(data);
        const [channel, sequence, time] = [
          view.getUint32(8, true),
          view.getUint32(12, true),
          view.getFloat64(32, true),
        ];
        const size = `${view.getUint32(20, true)}x${view.getUint32(24, true)}`;
        known.set(`${channel} ${sequence}`, { size, time, came: Date.now() - time });
      });
    }

    send(text) {
      super.send(text);
      const { kind, channel, sequence } = JSON.parse(text);
      const picture = known.get(`${channel} ${sequence}`);
      if (kind === 'drawn' && picture !== undefined) {
        globalThis.timed.push({ ...picture, drawn: Date.now() - picture.time });
      }
    }
  };
}

async function drawn(seconds) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  for (const side of [512, 1024]) {
    let iterations = 0;
    const { child, url } = await serve(
      ['run', configure(side), '--ranks', '1', '--serve', '0', '--json'],
      ({ event }) => {
        if (event === 'iteration') iterations++;
      },
    );
    const page = await browser.newPage({ viewport: { width: 1920, height: 1200 } });
    await page.addInitScript(timePictures);
    await page.goto(`${url}#object`);
    await page.locator('canvas[role=img]').first().waitFor({ timeout: 60_000 });
    const { objects } = await describe(url);
    await page.evaluate('timed.splice(0)');
    const [begin, from] = [performance.now(), iterations];
    await after(1000 * seconds);
    const rate = ((iterations - from) / (performance.now() - begin)) * 1000;
    console.log(`object of ${objects[0].rows}x${objects[0].cols}, ${rate.toFixed(1)} iterations/s:`);
    const timed = await page.evaluate('timed');
    const [size, came, shown] = ['size', 'came', 'drawn'].map((name) => timed.map((one) => one[name]));
    console.log(
      `  ${size[0]}: ${timed.length} pictures, there after ${quantile(came, 0.5)} ms, ` +
        `drawn after ${quantile(shown, 0.5)} ms (medians; 90 %: ${quantile(shown, 0.9)} ms)`,
    );
    await page.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await browser.close();
}

/** What the run says that it is. */
async function describe(url) {
  const socket = new WebSocket(new URL('live', url.replace('http', 'ws')));
  for await (const [data] of onMessages(socket)) {
    const message = JSON.parse(String(data));
    if (message.kind === 'description' && message.description.objects.length > 0) {
      socket.terminate();
      return message.description;
    }
  }
  throw new Error('the run has ended');
}

async function* onMessages(socket) {
  const waiting = [];
  let wake = () => undefined;
  socket.on('message', (...given) => {
    waiting.push(given);
    wake();
  });
  for (;;) {
    while (waiting.length > 0) yield waiting.shift();
    await new Promise((resolve) => (wake = resolve));
  }
}

function memoryOf({ pid }) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

async function stalled(seconds) {
  let iterations = 0;
  const { child, url } = await serve(
    ['run', configure(1024), '--ranks', '1', '--serve', '0', '--json'],
    ({ event }) => {
      if (event === 'iteration') iterations++;
    },
  );
  const { source, objects } = await describe(url);
  const socket = new WebSocket(new URL('live', url.replace('http', 'ws')));
  await once(socket, 'open');
  const wants = [{ id: 1, source, what: 'object', name: objects[0].id, layer: 0, screen: null }];
  socket.send(JSON.stringify({ kind: 'want', wants }));
  await after(200);
  socket._socket.pause();
  await after(10_000);
  const [from, memory] = [iterations, []];
  for (let second = 0; second < seconds; second++) {
    memory.push(memoryOf(child));
    await after(1000);
  }
  const third = Math.floor(memory.length / 3);
  const [first, last] = [memory.slice(0, third), memory.slice(-third)].map((part) => quantile(part, 0.5));
  console.log(
    `one viewer that takes nothing, ${iterations - from} iterations in ${seconds} s: ${first.toFixed(0)} MB in the first third, ${last.toFixed(0)} MB in the last (medians)`,
  );
  child.kill('SIGKILL');
}

/** 4 GB of frames that take no room on the disk. */
const LARGE = `
import h5py, numpy as np, sys
n, side = 8192, 512
with h5py.File(sys.argv[1], 'w') as f:
    for k, v in dict(version='0.1', shape=np.array([side, side]), energy=6.2, distance=7.0, psize=np.array([1.72e-4] * 2), propagation='farfield', label='S', num_frames=n, center=np.array([side / 2] * 2)).items(): f['meta/' + k] = v
    for k, v in dict(label='S', num_frames=n, dfile='large.ptyd').items(): f['info/' + k] = v
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY); plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    group = f.create_group('chunks/0')
    h5py.h5d.create(group.id, b'data', h5py.h5t.NATIVE_UINT16, h5py.h5s.create_simple((n, side, side)), plist)
    y, x = np.mgrid[:64, :128].reshape(2, -1) * 1e-6
    group['positions'] = np.stack([y, x], 1)
    group['indices'] = np.arange(n)
    group['weights'] = np.ones((side, side), 'u1')
`;

async function first(rounds) {
  const file = join(folder, 'large.ptyd');
  const made = spawnSync('/usr/bin/python3', ['-c', LARGE, file], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const [served, all] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const begin = performance.now();
    const { child, url } = await serve(['view', file, '--port', '0']);
    served.push(performance.now() - begin);
    await page.goto(`${url}#frames`);
    await page.locator('canvas[role=img]').first().waitFor();
    all.push(performance.now() - begin);
    await page.close();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await browser.close();
  const opening = all.map((whole, i) => whole - served[i]);
  const seconds = (times) => (quantile(times, 0.5) / 1000).toFixed(2);
  console.log(
    `first frame of a .ptyd of 4 GB on the screen: ${seconds(all)} s from the start of the command, ${seconds(opening)} s from opening the page (medians of ${rounds})`,
  );
}

const PARTS = { drawn, stalled, first };
const DEFAULTS = { drawn: 30, stalled: 60, first: 5 };
try {
  const [part, amount] = process.argv.slice(2);
  if (part !== undefined && !(part in PARTS)) throw new Error(`${part}: expected drawn, stalled or first`);
  for (const name of part === undefined ? Object.keys(PARTS) : [part]) {
    await PARTS[name](Number(amount ?? DEFAULTS[name]));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
