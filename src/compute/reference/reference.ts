/**
 * The backend for truth: double precision, one thread, plain loops. Others are checked against it. Work is done when it
 * is asked for; failures throw at once.
 */
import type { Backend, Block } from '../backend.ts';
import { checkCorners } from '../shared/checks.ts';
import { clipAmplitude, fill, multiply, rollPlanes } from '../shared/numbers.ts';
import { del2Gradient, del2LineSearch } from '../shared/regulariser.ts';
import { answer } from '../shared/answer.ts';
import { addCoverage, addLight, inverseRoot } from '../shared/light.ts';
import { Lifetime } from '../shared/lifetime.ts';
import { centerOfMass, largest } from '../shared/reductions.ts';
import { smooth } from '../shared/smooth.ts';
import * as arrays from './arrays.ts';
import { ownBlock, ReferenceBlock } from './block.ts';
import { readExit, writeExit } from './exit-waves.ts';
import { modelIntensities, residual, viewErrors } from './forward.ts';
import { leastSquaresChange, leastSquaresSteps } from './least-squares.ts';
import { gradient, lineSearch } from './likelihood.ts';
import { pieSweep } from './pie.ts';
import { accumulateObject, accumulateProbe, initializeExit, project, rollExit } from './projection.ts';

const { own, ownOf } = arrays;

/** The plain backend in double precision: slow, and what others are compared with. */
export function createReferenceBackend(): Backend {
  const lifetime = new Lifetime('reference');
  return {
    name: 'reference',
    precision: 'double',

    allocate: (shape, kind) => new arrays.ReferenceArray(lifetime, shape, kind === 'complex'),
    upload: (target, source) => {
      arrays.upload(own(target), source);
    },
    read: (array) => answer(() => arrays.download(own(array))),
    // Memory is the garbage collector's.
    free: (array) => {
      own(array);
    },

    fill: (array, value) => {
      fill(own(array), value);
    },
    copy: (target, source) => {
      arrays.copy(own(target), own(source));
    },
    combine: (target, scale, factor, source) => {
      arrays.combine(own(target), scale, factor, own(source));
    },
    multiply: (target, factor) => {
      multiply(own(target), own(factor));
    },
    clipAmplitude: (target, low, high) => {
      clipAmplitude(ownOf(target, 'complex'), low, high);
    },
    quotient: (target, numerator, denominator, weight) => {
      arrays.quotient(ownOf(target, 'complex'), own(numerator), own(denominator), weight);
    },
    roll: (target, rows, cols) => {
      const { data, shape } = ownOf(target, 'complex');
      rollPlanes(data, shape[shape.length - 2], shape[shape.length - 1], rows, cols);
    },
    smooth: (target, sigma, method) => {
      smooth(ownOf(target, 'complex'), sigma, method);
    },
    inverseRoot: (target, offset) => {
      inverseRoot(ownOf(target, 'real'), offset);
    },
    del2Gradient: (object, amplitude, target) =>
      answer(() => del2Gradient(ownOf(object, 'complex'), amplitude, ownOf(target, 'complex'))),
    del2LineSearch: (object, amplitude, direction) =>
      answer(() => del2LineSearch(ownOf(object, 'complex'), amplitude, ownOf(direction, 'complex'))),

    dots: (pairs) => answer(() => pairs.map(([a, b]) => arrays.dot(own(a), own(b)))),
    largest: (array) => answer(() => largest(ownOf(array, 'real'))),
    centerOfMass: (array) => answer(() => centerOfMass(ownOf(array, 'complex'))),

    createBlock: (input) => new ReferenceBlock(lifetime, input),
    freeBlock: freeWaves,
    setCorners: (block, corners) => {
      const mine = ownBlock(block);
      checkCorners(corners, mine.views);
      mine.corners = Int32Array.from(corners.data);
    },
    power: (block) => answer(() => ownBlock(block).power()),
    readFrames: (block, views) => answer(() => ownBlock(block).readFrames(views)),

    initializeExit,
    freeExit: freeWaves,
    rollExit,
    readExit: (...given) => answer(() => readExit(...given)),
    writeExit,
    project: (...given) => answer(() => project(...given)),
    accumulateObject,
    accumulateProbe,
    pieSweep: (...given) => answer(() => pieSweep(...given)),
    leastSquaresChange: (...given) => answer(() => leastSquaresChange(...given)),
    leastSquaresSteps: (...given) => answer(() => leastSquaresSteps(...given)),
    gradient: (...given) => answer(() => gradient(...given)),
    lineSearch: (...given) => answer(() => lineSearch(...given)),
    addLight: (block, ...given) => {
      const [probe, object, probeLight, objectLight] = given.map(own);
      addLight(ownBlock(block), probe, object, probeLight, objectLight);
    },
    addCoverage: (block, coverage) => {
      addCoverage(ownBlock(block), own(coverage));
    },
    modelIntensities: (...given) => answer(() => modelIntensities(...given)),
    residual: (...given) => answer(() => residual(...given)),
    viewErrors: (...given) => answer(() => viewErrors(...given)),

    dispose: () => {
      lifetime.end();
    },
  };
}

function freeWaves(target: Block): void {
  const block = ownBlock(target);
  block.exit = undefined;
  block.change = undefined;
}
