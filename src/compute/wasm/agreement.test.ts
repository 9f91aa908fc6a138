/** Every kernel of the wasm backend against the reference backend, for all kinds of shapes, and with frames outside its memory. */
import { describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import type { PropagatorGeometry } from '../../geometry/propagation.ts';
import { stream } from '../../simulation/random.ts';
import type {
  Backend,
  Block,
  BlockInput,
  DeviceArray,
  LikelihoodOptions,
  NoiseModel,
  PieStep,
} from '../backend.ts';
import { createReferenceBackend } from '../reference/reference.ts';
import { radices } from './transform.ts';
import { createWasmBackend } from './wasm.ts';

const VIEWS = 4;
const TOLERANCE = 2e-5;

interface Case {
  /** Of the waves; frames are smaller by `sampling`. */
  readonly shape: readonly [number, number];
  readonly propagation: 'farfield' | 'nearfield';
  readonly probeLayers: number;
  readonly objectLayers: number;
  readonly weights: 'mask' | 'shared mask' | 'statistical' | 'shared statistical';
  readonly sampling?: number;
}

const far = { propagation: 'farfield', probeLayers: 1, objectLayers: 1, weights: 'mask' } as const;

const CASES: readonly Case[] = [
  { ...far, shape: [16, 16] },
  { ...far, shape: [32, 48], probeLayers: 2, weights: 'statistical' },
  { ...far, shape: [18, 20], weights: 'shared mask' },
  { ...far, shape: [25, 27], probeLayers: 2, objectLayers: 2, weights: 'shared statistical' },
  { ...far, shape: [30, 50] },
  { ...far, shape: [24, 36], weights: 'statistical' },
  { ...far, shape: [34, 39] },
  { ...far, shape: [40, 14] },
  { ...far, shape: [64, 128] },
  { ...far, shape: [96, 80], probeLayers: 3 },
  { ...far, shape: [32, 32], propagation: 'nearfield', weights: 'statistical' },
  { ...far, shape: [18, 27], propagation: 'nearfield', probeLayers: 2 },
  { ...far, shape: [32, 48], probeLayers: 2, weights: 'statistical', sampling: 2 },
  { ...far, shape: [24, 36], weights: 'shared mask', sampling: 3 },
  { ...far, shape: [36, 30], propagation: 'nearfield', sampling: 2 },
  { ...far, shape: [36, 30], propagation: 'nearfield', probeLayers: 2, weights: 'statistical', sampling: 3 },
];

/** Everything both backends are given. */
function createProblem({ shape, propagation, probeLayers, objectLayers, weights, sampling = 1 }: Case) {
  const random = stream(3, shape[0] * 1000 + shape[1]);
  const [rows, cols] = shape;
  const numbers = (length: number, scale: number): Float64Array =>
    Float64Array.from({ length }, () => scale * random.normal());
  const complex = (layers: number, height: number, width: number, scale: number): NdArray =>
    ndarray('complex128', [layers, height, width], numbers(2 * layers * height * width, scale));
  const [height, width] = [rows + 7, cols + 9];
  const lambda = 1e-10;
  const isFar = propagation === 'farfield';
  const psizeM = [isFar ? 1e-4 : 1e-7, isFar ? 0.8e-4 : 1.3e-7] as const;
  const geometry: PropagatorGeometry = {
    propagation,
    shape,
    center: isFar ? [rows / 2 - 1, cols / 2 + 1] : [rows / 2, cols / 2],
    psizeM,
    resolutionM: isFar ? [(lambda * 2) / psizeM[0] / rows, (lambda * 2) / psizeM[1] / cols] : psizeM,
    distanceM: isFar ? 2 : 3e-4,
    wavelengthM: lambda,
  };
  const frame = [rows / sampling, cols / sampling];
  const weightShape = weights.startsWith('shared') ? frame : [VIEWS, ...frame];
  const weightCount = weightShape.reduce((a, b) => a * b, 1);
  const weightAt = (): number => (random.uniform() < 0.1 ? 0 : 0.5 + random.uniform());
  const weightArray = weights.endsWith('mask')
    ? ndarray(
        'uint8',
        weightShape,
        Uint8Array.from({ length: weightCount }, () => Math.ceil(weightAt())),
      )
    : ndarray('float64', weightShape, Float64Array.from({ length: weightCount }, weightAt));
  const corners = [0, 0, 7, 9, 3, 2, 1, 8];
  const modes = Array.from(
    { length: probeLayers * objectLayers },
    (_, k) => [k % probeLayers, Math.floor(k / probeLayers)] as const,
  );
  const input: BlockInput = {
    intensities: ndarray(
      'float64',
      [VIEWS, ...frame],
      Float64Array.from({ length: VIEWS * frame[0] * frame[1] }, () => random.poisson(40 * sampling ** 2)),
    ),
    weights: weightArray,
    corners: ndarray('int32', [VIEWS, 2], Int32Array.from(corners)),
    geometry,
    modes,
  };
  return {
    input,
    probe: complex(probeLayers, rows, cols, 4 / Math.sqrt(probeLayers)),
    object: complex(objectLayers, height, width, 1),
    probeDirection: complex(probeLayers, rows, cols, 0.4),
    objectDirection: complex(objectLayers, height, width, 0.1),
  };
}

type Problem = ReturnType<typeof createProblem>;

/** One of the two backends with the problem on it. */
class Side {
  readonly backend: Backend;
  readonly block: Block;
  readonly probe: DeviceArray;
  readonly object: DeviceArray;
  readonly probeDirection: DeviceArray;
  readonly objectDirection: DeviceArray;

  constructor(backend: Backend, problem: Problem) {
    this.backend = backend;
    this.block = backend.createBlock(problem.input);
    this.probe = this.#put(problem.probe);
    this.object = this.#put(problem.object);
    this.probeDirection = this.#put(problem.probeDirection);
    this.objectDirection = this.#put(problem.objectDirection);
  }

  #put(array: NdArray): DeviceArray {
    const device = this.backend.allocate(array.shape, 'complex');
    this.backend.upload(device, array);
    return device;
  }

  async numbers(array: DeviceArray): Promise<number[]> {
    return Array.from((await this.backend.read(array)).data);
  }

  alike(array: DeviceArray, kind: 'complex' | 'real'): DeviceArray {
    return this.backend.allocate(array.shape, kind);
  }

  async exits(): Promise<number[]> {
    const { backend, block, probe, object } = this;
    const sums = [
      this.alike(object, 'complex'),
      this.alike(object, 'real'),
      this.alike(probe, 'complex'),
      this.alike(probe, 'real'),
    ];
    backend.accumulateObject(block, probe, sums[0], sums[1]);
    backend.accumulateProbe(block, object, sums[2], sums[3]);
    return (await Promise.all(sums.map((array) => this.numbers(array)))).flat();
  }
}

/** What each kernel gives, as lists of numbers to be compared one by one. */
const KERNELS: Readonly<Record<string, (side: Side) => Promise<readonly (readonly number[])[]>>> = {
  project: async (side) => {
    const { backend, block, probe, object } = side;
    backend.initializeExit(block, probe, object);
    const first = await backend.project(
      block,
      probe,
      object,
      { a: -1, b: 1, c: 2, powerBound: 1 },
      { photonError: true },
    );
    const accumulate = { numerator: side.alike(object, 'complex'), denominator: side.alike(object, 'real') };
    const step = { a: -0.5, b: 0.75, c: 2, powerBound: 4 };
    const second = await backend.project(block, probe, object, step, { photonError: false, accumulate });
    return [
      Object.values(first),
      [second.magnitude, second.exit],
      await side.numbers(accumulate.numerator),
      await side.numbers(accumulate.denominator),
      await side.exits(),
    ];
  },
  rollExit: async (side) => {
    const { backend, block, probe, object } = side;
    backend.initializeExit(block, probe, object);
    backend.rollExit(block, 3, -2);
    return [await side.exits()];
  },
  ...Object.fromEntries(
    (['gaussian', 'poisson', 'euclid'] as const).flatMap((model) =>
      [false, true].map((floatingIntensities) => [
        `${model}${floatingIntensities ? ', floating' : ''}`,
        (side: Side) => likelihood(side, { model, floatingIntensities }),
      ]),
    ),
  ),
  'pieSweep of EPIE': (side) => sweep(side, { objectBlend: 1, probeBlend: 1 }),
  'pieSweep of EPIE, the object only': (side) => sweep(side, { updateProbe: false }),
  'pieSweep with the norm of the whole object': (side) => sweep(side, { objectNormIsGlobal: true }),
  'pieSweep of RPIE': (side) =>
    sweep(side, { objectBlend: 0.1, probeBlend: 0.3, objectStep: 0.5, probeFollowsObject: false }),
  'leastSquares, euclid': (side) => leastSquares(side, 'euclid'),
  'leastSquares, poisson': (side) => leastSquares(side, 'poisson'),
  intensities: async ({ backend, block, probe, object }) => {
    const { residual, amplitude, photon } = await backend.residual(block, probe, object);
    const M = await backend.modelIntensities(block, probe, object);
    return [[residual], [amplitude], [photon], Array.from(M.data)];
  },
  viewErrors: async ({ backend, block, probe, object }) => {
    const corners = ndarray('int32', [VIEWS, 2], Int32Array.of(7, 9, 0, 0, 4, 1, 1, 8));
    const [magnitude, photon] = await Promise.all(
      (['magnitude', 'photon'] as const).map((metric) =>
        backend.viewErrors(block, probe, object, corners, metric),
      ),
    );
    return [Array.from(magnitude), Array.from(photon)];
  },
  power: async ({ backend, block }) => [Object.values(await backend.power(block))],
};

async function sweep(side: Side, given: Partial<PieStep>): Promise<readonly (readonly number[])[]> {
  const { backend, block, probe, object } = side;
  const step: PieStep = {
    objectStep: 0.9,
    objectBlend: 1,
    probeStep: 0.7,
    probeBlend: 1,
    updateProbe: true,
    probeFollowsObject: true,
    objectNormIsGlobal: false,
    order: [2, 0, 3, 1, 2],
    ...given,
  };
  const sums = await backend.pieSweep(block, probe, object, step);
  return [Object.values(sums), await side.numbers(probe), await side.numbers(object)];
}

async function leastSquares(
  side: Side,
  model: 'euclid' | 'poisson',
): Promise<readonly (readonly number[])[]> {
  const { backend, block, probe, object, probeDirection, objectDirection } = side;
  const sums = (array: DeviceArray) => ({
    numerator: side.alike(array, 'complex'),
    denominator: side.alike(array, 'real'),
  });
  const [forProbe, forObject] = [sums(probe), sums(object)];
  const views = [3, 0, 2];
  const errors = await backend.leastSquaresChange(
    block,
    probe,
    object,
    views,
    { model },
    forProbe,
    forObject,
  );
  const steps = await backend.leastSquaresSteps(block, probe, object, probeDirection, objectDirection);
  backend.freeExit(block);
  return [
    Object.values(errors),
    await side.numbers(forProbe.numerator),
    await side.numbers(forProbe.denominator),
    await side.numbers(forObject.numerator),
    await side.numbers(forObject.denominator),
    Array.from(steps),
  ];
}

async function likelihood(
  side: Side,
  options: LikelihoodOptions & { model: NoiseModel },
): Promise<readonly (readonly number[])[]> {
  const { backend, block, probe, object, probeDirection, objectDirection } = side;
  const [probeGradient, objectGradient] = [side.alike(probe, 'complex'), side.alike(object, 'complex')];
  const { loss, photon } = await backend.gradient(
    block,
    probe,
    object,
    options,
    probeGradient,
    objectGradient,
  );
  const line = await backend.lineSearch(block, probe, object, options, probeDirection, objectDirection);
  return [
    [loss],
    [photon],
    await side.numbers(probeGradient),
    await side.numbers(objectGradient),
    [line[1]],
    [line[2]],
  ];
}

/** Largest difference relative to the largest number. */
function difference(got: readonly number[], wanted: readonly number[]): number {
  expect(got.length).toBe(wanted.length);
  let largest = 0;
  let most = 0;
  wanted.forEach((value, i) => {
    if (Number.isNaN(value) && Number.isNaN(got[i])) return;
    largest = Math.max(largest, Math.abs(value));
    const apart = Math.abs(got[i] - value);
    most = apart > most || Number.isNaN(apart) ? apart : most;
  });
  return most / largest;
}

/** Where I/M or 1/√M stand, pixels in which the model nearly vanishes carry their rounding into the sums. */
function toleranceOf(kernel: string, result: number): number {
  const singular = kernel.includes('poisson') || kernel.includes('euclid');
  if (singular && !kernel.startsWith('leastSquares') && result === 5) return 1e-2;
  if (singular || result === 4) return 2e-4;
  return TOLERANCE;
}

async function expectAgreement(backends: Record<string, Backend>, given: Case): Promise<void> {
  const problem = createProblem(given);
  for (const [name, kernel] of Object.entries(KERNELS)) {
    const wanted = await kernel(new Side(createReferenceBackend(), problem));
    for (const [kind, backend] of Object.entries(backends)) {
      const side = new Side(backend, problem);
      const got = await kernel(side);
      expect(got.length).toBe(wanted.length);
      got.forEach((list, i) => {
        const tolerance = toleranceOf(name, i);
        expect.soft(difference(list, wanted[i]), `${kind}, ${name}, result ${i}`).toBeLessThan(tolerance);
      });
      for (const array of [side.probe, side.object, side.probeDirection, side.objectDirection])
        backend.free(array);
      backend.freeBlock(side.block);
    }
  }
}

describe('the wasm backend agrees with the reference backend', () => {
  const backends = {
    'relaxed SIMD': createWasmBackend(),
    'without relaxed SIMD': createWasmBackend({ relaxed: false }),
  };
  it.each(CASES)('$shape $propagation, $probeLayers × $objectLayers modes, $weights', async (given) => {
    await expectAgreement(backends, given);
  });

  it('with frames and exit waves outside of its memory', async () => {
    const small = createWasmBackend({ memoryBytes: 2 ** 23, spareBytes: 2 ** 23 });
    await expectAgreement({ small }, { ...far, shape: [96, 128], probeLayers: 2, weights: 'statistical' });
  });
});

describe('radices', () => {
  it('multiply to the size and end small', () => {
    for (let n = 16; n <= 2048; n++) {
      const smooth = [2, 3, 5].reduce((left, prime) => {
        let rest = left;
        while (rest % prime === 0) rest /= prime;
        return rest;
      }, n);
      if (smooth === n) {
        expect(() => radices(n)).toThrow(/factor of 2, 3 or 5/);
        continue;
      }
      const found = radices(n);
      expect(found.reduce((a, b) => a * b, 1)).toBe(n);
      expect(found.length).toBeGreaterThan(1);
      expect([2, 3, 4, 5, 8]).toContain(found[found.length - 1]);
    }
  });
});
