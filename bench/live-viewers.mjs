// What viewers cost a reconstruction: the demo without a page, and with two that look at object, probe, positions and errors.
//   node bench/live-viewers.mjs [pairs] [screen pixels]        (after npm run build)
// Pairs in turns, their order changing; medians of the time of all iterations, and of their ratios. Age: from the state that was made
// to its arrival at the viewer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { decodePicture } from '../dist/server/protocol/picture-message.js';

const [pairs = '5', screen = '512'] = process.argv.slice(2);
const ROOT = join(import.meta.dirname, '..');
const CONFIG = join(ROOT, 'examples', 'siemens-star', 'siemens-star.yaml');
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-live-'));
const ages = [];
let pictures = 0;

/** Looks as a page does: acknowledges every picture at once. */
function look(address) {
  const socket = new WebSocket(`ws://${new URL(address).host}/live`);
  socket.binaryType = 'arraybuffer';
  let isAsking = false;
  socket.on('message', (data, isBinary) => {
    if (isBinary) {
      const { channel, sequence, time } = decodePicture(data);
      if (pictures++ > 0) ages.push(Date.now() - time);
      socket.send(JSON.stringify({ kind: 'drawn', channel, sequence }));
      return;
    }
    const message = JSON.parse(Buffer.from(data).toString());
    if (message.kind !== 'description' || isAsking || message.description.objects.length === 0) return;
    isAsking = true;
    const { objects, probes, scans, source } = message.description;
    const size = [Number(screen), Number(screen)];
    const wants = [
      { id: 1, source, what: 'object', name: objects[0].id, layer: 0, screen: size },
      { id: 2, source, what: 'probe', name: probes[0].id, layer: 0, screen: size },
      { id: 3, source, what: 'positions', name: scans[0].label },
    ];
    socket.send(JSON.stringify({ kind: 'want', wants }));
  });
}

/** Seconds of all iterations. */
async function run(viewers, n) {
  const serving = viewers > 0 ? ['--serve', '0'] : [];
  const args = [join(ROOT, 'dist', 'cli', 'main.js'), 'run', CONFIG, '-o', join(folder, String(n)), '--json'];
  const child = spawn(process.execPath, [...args, ...serving], { stdio: ['ignore', 'pipe', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => {
    const address = /^page: (.*)$/.exec(line)?.[1];
    if (address !== undefined) for (let i = 0; i < viewers; i++) look(address);
  });
  const seconds = {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line);
    if (event.event === 'iteration') seconds[event.engine] = event.seconds;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`the run ended with ${status}`);
  return Object.values(seconds).reduce((sum, value) => sum + value, 0);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const times = [];
for (let pair = 0; pair < Number(pairs); pair++) {
  const order = pair % 2 === 0 ? [0, 2] : [2, 0];
  const both = {};
  for (const viewers of order) both[viewers] = await run(viewers, `${pair}-${viewers}`);
  times.push(both);
  console.log(`without ${both[0].toFixed(2)} s, with two viewers ${both[2].toFixed(2)} s`);
}
console.log(
  `medians: without ${median(times.map((t) => t[0])).toFixed(2)} s, with ${median(times.map((t) => t[2])).toFixed(2)} s, ` +
    `ratio ${median(times.map((t) => t[2] / t[0])).toFixed(3)}; ${pictures} pictures, age ${median(ages).toFixed(0)} ms`,
);
rmSync(folder, { recursive: true });
