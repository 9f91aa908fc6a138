// The kernels of the wasm backend beside FFTW (Debian's libfftw3-single3, planned with FFTW_MEASURE), in pairs in one run.
//   node bench/kernels.mjs [rounds]      (after npm run build)
import { setFlagsFromString } from 'node:v8';
import koffi from 'koffi';
import { createWasmBackend } from 'ptyflow/engines';
import { createGeometry } from 'ptyflow/physics';
import { Kernels } from '../dist/compute/wasm/kernels.js';
import { WaveTransforms } from '../dist/compute/wasm/transform.js';

setFlagsFromString('--experimental-wasm-relaxed-simd');
const ROUNDS = Number(process.argv[2] ?? 15);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Forward and backward transforms of N×N waves by FFTW. */
class Fftw {
  constructor() {
    const library = koffi.load('libfftw3f.so.3');
    this.malloc = library.func('void *fftwf_malloc(size_t n)');
    this.plan = library.func(
      'void *fftwf_plan_dft_2d(int a, int b, void *in, void *out, int sign, uint flags)',
    );
    this.execute = library.func('void fftwf_execute(void *plan)');
  }

  pair(n) {
    const [a, b] = [this.malloc(8 * n * n), this.malloc(8 * n * n)];
    const plans = [this.plan(n, n, a, b, -1, 0), this.plan(n, n, b, a, 1, 0)];
    for (const buffer of [a, b])
      koffi.encode(buffer, koffi.array('float', 2 * n * n), new Float32Array(2 * n * n));
    return plans;
  }
}

/** Medians of the times of several works, one after the other in every round, and of their ratios to the first, µs. */
async function compare(works, count) {
  const times = works.map(() => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [i, work] of works.entries()) {
      const start = performance.now();
      for (let k = 0; k < count; k++) await work();
      if (round >= 0) times[i].push((1000 * (performance.now() - start)) / count);
    }
  }
  return times.map((own) => ({ time: median(own), ratio: median(own.map((t, i) => t / times[0][i])) }));
}

function print(what, { time, ratio }, target) {
  const against = ratio === 1 ? '' : `  ${ratio.toFixed(2)}× (target ${target})`;
  console.log(`${what.padEnd(58)} ${(time / 1000).toFixed(3).padStart(9)} ms${against}`);
}

function geometry(n) {
  return createGeometry({
    propagation: 'farfield',
    shape: [n, n],
    center: [n / 2, n / 2],
    psize: [1e-4, 1e-4],
    distance: 2,
    energy: 8,
  });
}

/** Views of a simulated scan with plain numbers: what the frames hold does not change the time. */
function createScan(backend, n, views, modes) {
  const side = Math.ceil(Math.sqrt(views));
  const width = n + 6 * side;
  const real = (shape, data) => ({ dtype: 'float32', shape, data });
  const random = (length) => Float32Array.from({ length }, () => Math.random());
  const corners = Int32Array.from(
    { length: 2 * views },
    (_, i) => 6 * (i % 2 ? (i >> 1) % side : Math.floor((i >> 1) / side)),
  );
  const block = backend.createBlock({
    intensities: real([views, n, n], random(views * n * n)),
    weights: { dtype: 'uint8', shape: [n, n], data: new Uint8Array(n * n).fill(1) },
    corners: { dtype: 'int32', shape: [views, 2], data: corners },
    geometry: geometry(n),
    modes: Array.from({ length: modes }, (_, k) => [k, 0]),
  });
  const probes = () => backend.allocate([modes, n, n], 'complex');
  const objects = () => backend.allocate([1, width, width], 'complex');
  const [probe, object] = [probes(), objects()];
  backend.upload(probe, { dtype: 'complex64', shape: [modes, n, n], data: random(2 * modes * n * n) });
  backend.fill(object, 1);
  const sums = { numerator: objects(), denominator: backend.allocate([1, width, width], 'real') };
  const probeSums = { numerator: probes(), denominator: backend.allocate([modes, n, n], 'real') };
  const order = Array.from({ length: views }, (_, i) => i);
  const options = { model: 'gaussian', floatingIntensities: false };
  backend.initializeExit(block, probe, object);
  return {
    // As the engines do it: one repetition of the overlap step.
    dm: async () => {
      backend.fill(sums.numerator, 0);
      backend.fill(sums.denominator, 0);
      const step = { a: -1, b: 1, c: 2, powerBound: 1e-3 };
      await backend.project(block, probe, object, step, { photonError: false, accumulate: sums });
      backend.quotient(object, sums.numerator, sums.denominator, 1);
      backend.fill(probeSums.numerator, 0);
      backend.fill(probeSums.denominator, 0);
      backend.accumulateProbe(block, object, probeSums.numerator, probeSums.denominator);
      backend.quotient(probe, probeSums.numerator, probeSums.denominator, 1);
    },
    ml: async () => {
      await backend.gradient(block, probe, object, options, probeSums.numerator, sums.numerator);
      await backend.lineSearch(block, probe, object, options, probeSums.numerator, sums.numerator);
      backend.fill(probeSums.numerator, 0);
      backend.fill(sums.numerator, 0);
    },
    pie: () =>
      backend.pieSweep(block, probe, object, {
        objectStep: 1,
        objectBlend: 1,
        probeStep: 1,
        probeBlend: 1,
        alpha: 1,
        beta: 1,
        updateProbe: true,
        objectNormIsGlobal: false,
        order,
      }),
  };
}

const fftw = new Fftw();
console.log('two-dimensional transform, forward, beside FFTW');
for (const n of [128, 256, 512]) {
  const kernels = new Kernels();
  const transform = new WaveTransforms(kernels).of(geometry(n));
  const wave = kernels.takeZeroed(transform.paddedBytes);
  const [forward] = fftw.pair(n);
  const count = Math.ceil(2e6 / (n * n));
  const [, own] = await compare(
    [() => fftw.execute(forward), () => kernels.call.transform(transform.pointer, wave)],
    count,
  );
  print(`  ${n}×${n}${kernels.relaxed ? '' : ' without relaxed SIMD'}`, own, '≤ 1.25');
}

console.log('iterations, one thread; DM beside two transforms a view by FFTW, the others beside DM');
for (const [n, views] of [
  [128, 92],
  [256, 48],
]) {
  const backend = createWasmBackend();
  const scan = createScan(backend, n, views, 1);
  const four = createScan(backend, n, views, 4);
  const [forward, backward] = fftw.pair(n);
  const transforms = () => {
    for (let view = 0; view < views; view++) {
      fftw.execute(forward);
      fftw.execute(backward);
    }
  };
  const [bound, dm] = await compare([transforms, scan.dm], 1);
  print(`  FFTW, ${views} views of ${n}×${n}`, bound);
  print(`  DM step`, dm, '≤ 2.2');
  const [, ml, pie, modes] = await compare([scan.dm, scan.ml, scan.pie, four.dm], 1);
  print(`  ML iteration`, ml, '≤ 2.5');
  print(`  EPIE sweep`, pie, '≤ 1.3');
  print(`  DM step with four probe modes`, modes, '≤ 4.2');
}
