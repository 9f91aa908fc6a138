// Memory of a view, time of frames that are added, and what a second rank brings to the difference map.
//   node bench/frames.mjs        (after npm run build)
import { spawnSync } from 'node:child_process';
import { isMainThread } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { createEngine, createWasmBackend, makePackage, Model } from 'ptyflow/engines';
import { joinTeam, runTeam, singleCommunicator } from 'ptyflow/parallel';

setFlagsFromString('--experimental-wasm-relaxed-simd');
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const PLAIN = { probe_update_start: 0, probe_support: null, compute_log_likelihood: false, numiter: 1e9 };
const DM = { ...PLAIN, overlap_max_iterations: 1, log_likelihood_interval: 50 };

/** Frames of noise along a line, those of a rank in its memory. */
function frames(n, first, count, total, [from, to]) {
  const data = new Float32Array((to - from) * n * n);
  for (let i = 0; i < data.length; i++) data[i] = (i * 7919) % 97;
  const side = Math.ceil(Math.sqrt(total));
  const resolution = (1.24e-9 / 8 / (n * 1e-4)) * 2;
  const positions = Float64Array.from({ length: 2 * count }, (_, i) => {
    const k = first + (i >> 1);
    return 4 * resolution * (i % 2 ? k % side : Math.floor(k / side));
  });
  const indices = Array.from({ length: count }, (_, i) => first + i);
  const chunk = {
    num: 0,
    indices,
    indicesNode: indices.slice(from, to),
    data: { dtype: 'float32', shape: [to - from, n, n], data },
    weights: { dtype: 'uint8', shape: [n, n], data: new Uint8Array(n * n).fill(1) },
    positions: { dtype: 'float64', shape: [count, 2], data: positions },
  };
  return makePackage(chunk, {
    version: 0.1,
    num_frames: total,
    label: 's',
    experimentID: null,
    shape: [n, n],
    center: [n / 2, n / 2],
    psize: [1e-4, 1e-4],
    distance: 2,
    energy: 8,
    propagation: 'farfield',
    electron_data: false,
  });
}

function createModel(n, communicator) {
  const model = new Model({ backend: createWasmBackend(), communicator });
  const probe = { dtype: 'complex128', shape: [n, n], data: new Float64Array(2 * n * n).fill(1) };
  model.addScan('s', {
    probe: { given: probe, photons: null, modes: 1, diversity: null, seed: 0 },
    object: { fill: [1, 0], modes: 1, diversity: null, seed: 0 },
  });
  return model;
}

/** In a process of its own: bytes a pixel of every view. */
async function memoryOf(name, n, count) {
  const model = createModel(n, singleCommunicator());
  await model.addPackage('s', frames(n, 0, 16, count + 16, [0, 16]));
  const engine = await createEngine(name, name === 'DM' ? DM : PLAIN, { model });
  await engine.initialize();
  await engine.iterate(2);
  globalThis.gc();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < count; i += 100) {
    await model.addPackage('s', frames(n, 16 + i, 100, count + 16, [0, 100]));
    globalThis.gc();
  }
  await engine.iterate(2);
  globalThis.gc();
  console.log((process.memoryUsage().rss - before) / (count * n * n));
}

function memory(name) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', import.meta.filename, 'memory', name],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}

async function adding() {
  const n = 32;
  let last;
  for (const count of [1000, 10_000, 100_000]) {
    const model = createModel(n, singleCommunicator());
    const step = 1000;
    let start = performance.now();
    for (let i = 0; i < count; i += step) await model.addPackage('s', frames(n, i, step, count, [0, step]));
    const added = (1000 * (performance.now() - start)) / count;
    const engine = await createEngine('DM', DM, { model });
    await engine.initialize();
    await engine.iterate(1);
    const times = [];
    for (let i = 0; i < 3; i++) {
      start = performance.now();
      await engine.iterate(1);
      times.push((1000 * (performance.now() - start)) / count);
    }
    const iteration = median(times);
    const ratio = last === undefined ? '' : `  ${(iteration / last).toFixed(2)}× a frame of the scan before`;
    console.log(
      `${String(count).padStart(7)} frames of 32²: ${added.toFixed(1)} µs a frame to add, ${iteration.toFixed(1)} µs an iteration${ratio}`,
    );
    last = iteration;
    model.dispose();
  }
}

/** Median ms of an iteration of `count` frames shared among ranks. */
async function iterations(communicator, count, n) {
  const model = createModel(n, communicator);
  const part = (rank) => Math.floor((count * rank) / communicator.size);
  const { rank } = communicator;
  await model.addPackage('s', frames(n, 0, count, count, [part(rank), part(rank + 1)]));
  const engine = await createEngine('DM', DM, { model });
  await engine.initialize();
  await engine.iterate(2);
  const times = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await engine.iterate(1);
    times.push(performance.now() - start);
  }
  return median(times);
}

async function team(size, task) {
  const said = [];
  await runTeam({
    entry: new URL(import.meta.url),
    size,
    task,
    onMessage: (time, rank) => (said[rank] = time),
  });
  return said;
}

if (!isMainThread) {
  await joinTeam(async ({ communicator, task: { n, count, alone }, say }) => {
    say(await iterations(alone ? singleCommunicator() : communicator, count, n));
  });
} else if (process.argv[2] === 'memory') {
  await memoryOf(process.argv[3], 128, 1500);
} else {
  for (const [name, target] of [
    ['DM', 14],
    ['EPIE', 6],
    ['ML', 6],
  ]) {
    console.log(`${name}: ${memory(name).toFixed(1)} bytes a pixel and view (target ≤ ${target})`);
  }
  await adding();
  for (const n of [128, 256]) {
    const count = n === 128 ? 400 : 100;
    const ratios = { ranks: [], programs: [] };
    for (let round = 0; round < 5; round++) {
      const [one] = await team(1, { n, count });
      const [two] = await team(2, { n, count });
      const both = await team(2, { n, count, alone: true });
      ratios.ranks.push(one / two);
      ratios.programs.push((2 * one) / Math.max(...both));
    }
    console.log(
      `DM, ${count} views of ${n}²: ${median(ratios.ranks).toFixed(2)}× as fast on two ranks (target ≥ 1.8 on two real cores); ` +
        `two programs that know nothing of each other: ${median(ratios.programs).toFixed(2)}×`,
    );
  }
}
