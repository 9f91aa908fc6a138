/**
 * The backend for speed: single precision, kernels in WebAssembly with SIMD (`kernels/`), one thread, a memory of its own. What
 * does not fit into that memory stays outside and is brought in by views. Work is done when it is asked for; failures throw
 * at once.
 */
import type { Backend } from '../backend.ts';
import { clipAmplitude, fill, multiply, requireAlike, rollPlanes } from '../shared/numbers.ts';
import { del2Gradient, del2LineSearch } from '../shared/regulariser.ts';
import { answer } from '../shared/answer.ts';
import { addCoverage, addLight, inverseRoot } from '../shared/light.ts';
import { centerOfMass, largest } from '../shared/reductions.ts';
import { smooth } from '../shared/smooth.ts';
import * as arrays from './arrays.ts';
import { ownBlock, setCorners, WasmBlock } from './block.ts';
import { leastSquaresChange, leastSquaresSteps, pieSweep } from './descent.ts';
import { Kernels, type KernelOptions } from './kernels.ts';
import { gradient, lineSearch, modelIntensities, residual, viewErrors } from './likelihood.ts';
import {
  accumulateObject,
  accumulateProbe,
  initializeExit,
  project,
  readExit,
  rollExit,
  writeExit,
} from './projection.ts';
import { WaveTransforms } from './transform.ts';

/** An eighth of what 32-bit addresses reach. */
const SPARE_BYTES = 2 ** 29;

/** The backend in WebAssembly, single precision. Throws where WebAssembly has no SIMD. */
export function createWasmBackend(options: KernelOptions = {}): Backend {
  const kernels = new Kernels(options);
  const transforms = new WaveTransforms(kernels);
  const spare = options.spareBytes ?? SPARE_BYTES;
  const own = (array: Parameters<typeof arrays.own>[1]): arrays.WasmArray => arrays.own(kernels, array);
  const complex = (array: Parameters<typeof arrays.own>[1]): arrays.WasmArray =>
    arrays.ownOf(kernels, array, 'complex');
  const real = (array: Parameters<typeof arrays.own>[1]): arrays.WasmArray =>
    arrays.ownOf(kernels, array, 'real');

  return {
    name: 'wasm',
    precision: 'single',

    allocate: (shape, kind) => new arrays.WasmArray(kernels, shape, kind === 'complex'),
    upload: (target, source) => {
      arrays.upload(own(target), source);
    },
    read: (array) => answer(() => arrays.download(own(array))),
    free: (array) => {
      own(array).free();
    },

    fill: (array, value) => {
      fill(own(array), value);
    },
    copy: (target, source) => {
      const [to, from] = [own(target), own(source)];
      requireAlike(to, from);
      to.data.set(from.data);
    },
    combine: (target, scale, factor, source) => {
      const [to, from] = [own(target), own(source)];
      requireAlike(to, from);
      kernels.call.combine(to.pointer, scale, factor, from.pointer, to.length);
    },
    multiply: (target, factor) => {
      multiply(own(target), own(factor));
    },
    clipAmplitude: (target, low, high) => {
      clipAmplitude(complex(target), low, high);
    },
    quotient: (target, numerator, denominator, weight) => {
      arrays.quotient(complex(target), own(numerator), own(denominator), weight);
    },
    roll: (target, rows, cols) => {
      const { data, shape } = complex(target);
      rollPlanes(data, shape[shape.length - 2], shape[shape.length - 1], rows, cols);
    },
    smooth: (target, sigma, method) => {
      smooth(complex(target), sigma, method);
    },
    inverseRoot: (target, offset) => {
      inverseRoot(real(target), offset);
    },
    del2Gradient: (object, amplitude, target) =>
      answer(() => del2Gradient(complex(object), amplitude, complex(target))),
    del2LineSearch: (object, amplitude, direction) =>
      answer(() => del2LineSearch(complex(object), amplitude, complex(direction))),

    dots: (pairs) => answer(() => pairs.map(([a, b]) => arrays.dot(own(a), own(b)))),
    largest: (array) => answer(() => largest(real(array))),
    centerOfMass: (array) => answer(() => centerOfMass(complex(array))),

    createBlock: (input) => new WasmBlock(kernels, transforms.of(input.geometry), input, spare),
    freeBlock: (block) => {
      ownBlock(kernels, block).free();
    },
    setCorners: (block, corners) => {
      setCorners(ownBlock(kernels, block), corners);
    },
    power: (block) => answer(() => ownBlock(kernels, block).power),
    readFrames: (block, views) => answer(() => ownBlock(kernels, block).readFrames(views)),

    initializeExit: (...given) => {
      initializeExit(kernels, ...given);
    },
    freeExit: (block) => {
      ownBlock(kernels, block).freeExits();
    },
    rollExit: (...given) => {
      rollExit(kernels, ...given);
    },
    readExit: (...given) => answer(() => readExit(kernels, ...given)),
    writeExit: (...given) => {
      writeExit(kernels, ...given);
    },
    project: (...given) => answer(() => project(kernels, ...given)),
    accumulateObject: (...given) => {
      accumulateObject(kernels, ...given);
    },
    accumulateProbe: (...given) => {
      accumulateProbe(kernels, ...given);
    },
    pieSweep: (...given) => answer(() => pieSweep(kernels, ...given)),
    leastSquaresChange: (...given) => answer(() => leastSquaresChange(kernels, ...given)),
    leastSquaresSteps: (...given) => answer(() => leastSquaresSteps(kernels, ...given)),
    gradient: (...given) => answer(() => gradient(kernels, ...given)),
    lineSearch: (...given) => answer(() => lineSearch(kernels, ...given)),
    addLight: (block, ...given) => {
      const [probe, object, probeLight, objectLight] = given.map(own);
      addLight(ownBlock(kernels, block), probe, object, probeLight, objectLight);
    },
    addCoverage: (block, coverage) => {
      addCoverage(ownBlock(kernels, block), own(coverage));
    },
    modelIntensities: (...given) => answer(() => modelIntensities(kernels, ...given)),
    residual: (...given) => answer(() => residual(kernels, ...given)),
    viewErrors: (...given) => answer(() => viewErrors(kernels, ...given)),

    dispose: () => {
      kernels.dispose();
    },
  };
}
