/** A backend may make the view of an array's numbers anew each time it is asked: loops over pixels must not ask in each turn. */
import { expect, it } from 'vitest';
import { addCoverage, addLight, inverseRoot, type PlacedBlock } from './light.ts';
import { clipAmplitude, fill, multiply, type NumberArray, type Numbers } from './numbers.ts';
import { centerOfMass, largest } from './reductions.ts';
import { del2Gradient, del2LineSearch } from './regulariser.ts';
import { smooth } from './smooth.ts';

/** Counts how often its numbers are asked for. */
class Counted implements NumberArray {
  static asked = 0;
  readonly shape: readonly number[];
  readonly complex: boolean;
  readonly #data: Numbers;

  constructor(shape: readonly number[], kind: 'complex' | 'real') {
    this.shape = shape;
    this.complex = kind === 'complex';
    this.#data = new Float32Array(shape.reduce((n, axis) => n * axis, this.complex ? 2 : 1)).fill(1);
  }

  get data(): Numbers {
    Counted.asked++;
    return this.#data;
  }
}

const block: PlacedBlock = {
  views: 2,
  frameShape: [4, 4],
  modes: [[0, 0]],
  exitPhase: undefined,
  corners: Int32Array.of(0, 0, 1, 1),
};

const OPERATIONS: Readonly<Record<string, (shape: readonly number[]) => void>> = {
  fill: (shape) => {
    fill(new Counted(shape, 'complex'), 1);
  },
  multiply: (shape) => {
    multiply(new Counted(shape, 'complex'), new Counted(shape, 'real'));
  },
  clipAmplitude: (shape) => {
    clipAmplitude(new Counted(shape, 'complex'), 2, 3);
  },
  smooth: (shape) => {
    smooth(new Counted(shape, 'complex'), 1);
  },
  inverseRoot: (shape) => {
    inverseRoot(new Counted(shape, 'real'), 1);
  },
  largest: (shape) => {
    largest(new Counted(shape, 'real'));
  },
  centerOfMass: (shape) => {
    centerOfMass(new Counted(shape, 'complex'));
  },
  del2Gradient: (shape) => {
    del2Gradient(new Counted(shape, 'complex'), 1, new Counted(shape, 'complex'));
  },
  del2LineSearch: (shape) => {
    del2LineSearch(new Counted(shape, 'complex'), 1, new Counted(shape, 'complex'));
  },
  addLight: (shape) => {
    const [probe, onProbe] = [new Counted([1, 4, 4], 'complex'), new Counted([1, 4, 4], 'real')];
    addLight(block, probe, new Counted(shape, 'complex'), onProbe, new Counted(shape, 'real'));
  },
  addCoverage: (shape) => {
    addCoverage(block, new Counted(shape, 'real'));
  },
};

it.each(Object.entries(OPERATIONS))('%s asks as often for few numbers as for many', (_name, operation) => {
  const [few, many] = [
    [1, 5, 5],
    [3, 40, 30],
  ].map((shape) => {
    Counted.asked = 0;
    operation(shape);
    return Counted.asked;
  });
  expect(many).toBe(few);
});
