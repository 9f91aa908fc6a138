// Iterations of every engine in this build beside another one, in pairs in one run, and how far their results are apart. Times are
// those of the processor, so that others may use the machine.
//   node bench/engines.mjs OTHER/dist [rounds]      (after npm run build; OTHER: a built checkout of another commit)
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { pathToFileURL } from 'node:url';

setFlagsFromString('--experimental-wasm-relaxed-simd');
const [other = 'dist', rounds = '15'] = process.argv.slice(2);
const load = (folder) => import(pathToFileURL(resolve(folder, 'node.js')).href);
const builds = [await load(other), await load('dist')];
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const CASES = [
  ['DM', {}],
  ['DM', { probe_support: null }],
  ['RAAR', {}],
  ['EPIE', { probe_center_tol: 3 }],
  ['RPIE', {}],
  ['ML', {}],
  ['ML', { probe_support: null }],
  ['ML', { reg_del2: true, smooth_gradient: 3 }],
  ['ML', { wavefield_precond: true }],
  ['LSQML', {}],
];

const experiment = builds[1].createMoonflowerExperiment({ shape: 128, num_frames: 92, photons: 1e8 });
const frames = Array.from({ length: 92 }, (_, i) => experiment.frame(i));

/** The engine on a model of its own, on frames of a known scan. */
async function start({ Model, createEngine, createWasmBackend, defaults, ...library }, name, parameters) {
  const { makePackage, singleCommunicator, ENGINE_GROUPS, DEFAULT_START } = library;
  const [rows, cols] = frames[0].shape;
  const model = new Model({ backend: createWasmBackend(), communicator: singleCommunicator() });
  const given = {
    ...experiment.probe,
    data: experiment.probe.data.map((value, i) => value * (i % 3 ? 1 : 0.8)),
  };
  model.addScan('s', { ...DEFAULT_START, probe: { ...DEFAULT_START.probe, given, modes: 2 } });
  const data = new Float32Array(frames.length * rows * cols);
  frames.forEach((frame, i) => data.set(frame.data, i * rows * cols));
  const indices = frames.map((_, i) => i);
  const chunk = {
    num: 0,
    indices,
    indicesNode: indices,
    data: { dtype: 'float32', shape: [frames.length, rows, cols], data },
    weights: { dtype: 'uint8', shape: [rows, cols], data: new Uint8Array(rows * cols).fill(1) },
    positions: experiment.positionsM,
  };
  const { geometry } = experiment;
  const meta = {
    ...{ version: 0.1, num_frames: frames.length, label: 's', experimentID: null, electron_data: false },
    ...{ shape: [rows, cols], center: geometry.center, psize: geometry.psizeM, distance: geometry.distanceM },
    ...{ energy: 1.2398419843320026e-9 / geometry.wavelengthM, propagation: 'farfield' },
  };
  await model.addPackage('s', makePackage(chunk, meta));
  const engine = await createEngine(
    name,
    { ...defaults(ENGINE_GROUPS.get(name)), ...parameters, numiter: 1e9 },
    { model },
  );
  await engine.initialize();
  return { model, engine };
}

for (const [name, parameters] of CASES) {
  const runs = await Promise.all(builds.map((build) => start(build, name, parameters)));
  const times = runs.map(() => []);
  for (let round = -2; round < Number(rounds); round++) {
    // Who comes first takes turns.
    for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const begin = process.cpuUsage();
      await runs[i].engine.iterate(1);
      const { user, system } = process.cpuUsage(begin);
      if (round >= 0) times[i].push((user + system) / 1000);
    }
  }
  const ratio = median(times[1].map((time, i) => time / times[0][i]));
  const objects = await Promise.all(
    runs.map(async ({ model }) => (await model.backend.read([...model.objects.values()][0].array)).data),
  );
  const apart = objects[0].reduce((most, value, i) => Math.max(most, Math.abs(value - objects[1][i])), 0);
  const what = `${name} ${Object.keys(parameters).join(', ')}`;
  console.log(
    `${what.padEnd(32)} ${times.map((own) => median(own).toFixed(1).padStart(6)).join(' ')} ms  ${ratio.toFixed(3)}×  objects apart ${apart}`,
  );
  for (const { engine, model } of runs) {
    await engine.finalize();
    model.dispose();
  }
}
