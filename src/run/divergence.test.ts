/** Engines that diverge, within runs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { sampled } from '../../test/tools/sampled.ts';
import { toNumbers } from '../array/ndarray.ts';
import { DivergedError, messageOf } from '../errors.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { silentLog } from '../log.ts';
import { Model } from '../model/model.ts';
import { movePositions } from '../model/move-positions.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { readPtyr } from '../ptyr/reader.ts';
import { configFromTree } from './config/config.ts';
import { DivergenceWatch } from './divergence.ts';
import type { RunEvent } from './events.ts';
import { runReconstruction } from './reconstruct.ts';

// Pictures take most of the time of such small runs and have tests of their own.
vi.mock(import('./results/save-pictures.ts'), async (original) => ({
  ...(await original()),
  savePictures: () => Promise.resolve(),
}));

const folder = temporaryFolder();
const SCAN = {
  data: { name: 'MoonFlowerScan', shape: 32, num_frames: 20 },
  illumination: { aperture: { form: 'circ', size: 3.6e-6 } },
};

interface Ran {
  readonly events: readonly RunEvent[];
  readonly error: unknown;
  readonly iterations: readonly number[];
  /** Of an object in the last or a named file. */
  object(file?: string): Promise<Float64Array>;
  readonly files: readonly string[];
}

async function run(
  name: string,
  engines: object,
  given: { resume?: string; ranks?: number; halfSets?: boolean } = {},
): Promise<Ran> {
  const output = join(folder, name);
  const tree = {
    run: 'r',
    data_type: 'double',
    io: { autosave: { active: false } },
    scans: { S: SCAN },
    engines,
  };
  const { config } = configFromTree(tree, { scanGroups: new ScanRegistry(), engineGroups: ENGINE_GROUPS });
  const events: RunEvent[] = [];
  const work = (communicator = singleCommunicator()): Promise<unknown> =>
    runReconstruction(config, {
      registry: new ScanRegistry(),
      communicator,
      log: silentLog,
      onEvent: (event) => {
        if (communicator.rank === 0) events.push(event);
      },
      run: 'r',
      output,
      overrides: () => ({}),
      resume: given.resume,
      halfSets: given.halfSets === true,
    });
  const ranks = given.ranks ?? 1;
  const error: unknown = await (ranks === 1 ? work() : onRanks(ranks, work)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const files = existsSync(output)
    ? readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ptyr'))
    : [];
  return {
    events,
    error,
    files,
    iterations: events.flatMap((event) => (event.event === 'iteration' ? [event.iteration] : [])),
    object: async (file = files.sort().at(-1) ?? '') => {
      const { objects } = await readPtyr(join(output, file));
      return Float64Array.from(toNumbers(Object.values(objects)[0].data));
    },
  };
}

function warnings({ events }: Ran): string {
  return events.flatMap((event) => (event.event === 'warning' ? [event.message] : [])).join('\n');
}

const TOO_LONG = {
  EPIE: { name: 'EPIE', numiter: 60, alpha: 3, beta: 3 },
  RPIE: { name: 'RPIE', numiter: 60, gamma_object: 3, gamma_probe: 3 },
  LSQML: { name: 'LSQML', numiter: 60, alpha: 6, beta: 6 },
};

describe('an engine that diverges', () => {
  it.each(sampled(1, Object.entries(TOO_LONG)))(
    '%s is stopped, its best iterate saved, and the run fails',
    async (name, engine) => {
      const ran = await run(name, { e: engine });
      expect(ran.iterations.length).toBeLessThan(engine.numiter);
      expect(ran.error).toBeInstanceOf(DivergedError);
      expect(messageOf(ran.error)).toMatch(
        new RegExp(`^${name} diverged and was stopped after ${ran.iterations.length} iterations: `),
      );
      expect(messageOf(ran.error)).toMatch(/Try smaller steps, engines\.e\./);
      expect(warnings(ran)).toContain(`${name} diverged`);
      expect(ran.files).toHaveLength(1);
      const object = await ran.object();
      expect(object.every((value) => Math.abs(value) < 20)).toBe(true);
    },
  );

  it('does not fail a run in which a later engine comes back, which starts from the best iterate', async () => {
    const ran = await run('recovered', {
      a: TOO_LONG.EPIE,
      b: { name: 'DM', numiter: 12 },
      c: { name: 'ML', numiter: 3 },
    });
    expect(ran.error).toBeUndefined();
    expect(warnings(ran)).toContain('EPIE diverged');
    const last = ran.events.findLast((event) => event.event === 'iteration');
    expect(last?.errors.rfactor).toBeLessThan(0.5);
    expect(ran.files).toHaveLength(3);
  });

  it('fails where the last does, from the result of the engine before', async () => {
    const ran = await run('second', {
      a: { name: 'DM', numiter: 10 },
      b: { ...TOO_LONG.EPIE, alpha: 20, beta: 20 },
    });
    expect(ran.error).toBeInstanceOf(DivergedError);
    expect(messageOf(ran.error)).toContain('Probe and object are what it started from');
    const [first, second] = [...ran.files].sort();
    expect(await ran.object(second)).toEqual(await ran.object(first));
  });

  it('is stopped by two ranks alike', async () => {
    const ran = await run('ranks', { e: TOO_LONG.LSQML }, { ranks: 2 });
    expect(messageOf(ran.error)).toContain('LSQML diverged');
    expect(ran.files).toHaveLength(1);
  });

  it('can be resumed, with shorter steps', async () => {
    const ran = await run('stopped', { e: TOO_LONG.EPIE });
    const resume = join(folder, 'stopped', ran.files[0]);
    const next = await run('resumed', { e: { ...TOO_LONG.EPIE, alpha: 0.5, beta: 0.5 } }, { resume });
    expect(next.error).toBeUndefined();
    expect(next.iterations[0]).toBe(ran.iterations.length + 1);
  });
});

describe('the best iterate', () => {
  const scan = simulate({ shape: 16, num_frames: 6, photons: 1e4, density: 0.2 });
  const entry = { key: 'e', name: 'EPIE', values: {} };

  /** Errors of one iteration after the other; the probe is made to tell its iteration. */
  async function watched(
    rfactors: readonly number[],
    more: (model: Model, iteration: number) => Promise<void> | void = () => undefined,
  ) {
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    model.addScan('s');
    await model.addPackage('s', scan.pack(0, 4));
    const { array } = model.probe('SsG00');
    model.backend.fill(array, 100);
    const watch = await DivergenceWatch.start(model, entry, { iteration: 0 });
    for (const [i, rfactor] of rfactors.entries()) {
      const iteration = i + 1;
      model.backend.fill(array, iteration);
      await more(model, iteration);
      const errors = { magnitude: rfactor ** 2, rfactor };
      const text = await watch.heard(
        [{ engine: 'EPIE', iteration, errors, seconds: 0 }],
        iteration === rfactors.length,
      );
      if (text !== undefined)
        return { text, iteration, probe: (await model.backend.read(array)).data[0], model };
    }
    return { text: '', iteration: rfactors.length, probe: (await model.backend.read(array)).data[0], model };
  }
  const rising = [0.4, 0.3, 0.3, 0.3, 0.3, 0.3, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 0.9, 1.2, 1.5, 2];

  it('is that of a look every five iterations', async () => {
    expect(await watched(rising)).toMatchObject({ iteration: 15, probe: 10 });
    expect((await watched(rising)).text).toContain('those of iteration 10, the best that were kept');
  });

  it('is what the engine started from where it never was better', async () => {
    expect(await watched([0.4, 0.8, 1.3, 2, 3])).toMatchObject({ iteration: 5, probe: 100 });
  });

  it('is of the frames that are there', async () => {
    const grow = async (model: Model, iteration: number): Promise<void> => {
      if (iteration === 11) await model.addPackage('s', scan.pack(4, 6));
    };
    const { iteration, model } = await watched([...rising.slice(0, 10), ...Array<number>(9).fill(0.9)], grow);
    expect(iteration).toBe(19);
    expect(model.scan('s').indices).toHaveLength(6);
  });

  it('takes the positions of then with it, in an object that has grown', async () => {
    const move = async (model: Model, iteration: number): Promise<void> => {
      if (iteration < 12) return;
      const { positions } = model.positionsOf('s');
      await movePositions(model, 's', {
        ...positions,
        data: positions.data.map((x, i) => x + (i === 0 ? -3e-7 : 0)),
      });
    };
    const { model, text } = await watched(rising, move);
    expect(text).not.toBe('');
    const { positions, measured } = model.positionsOf('s');
    expect(positions).toEqual(measured);
  });

  it('takes the place of a probe that is not a number after the last iteration', async () => {
    const spoil = (model: Model, iteration: number): void => {
      if (iteration === 7) model.backend.fill(model.probe('SsG00').array, NaN);
    };
    expect(await watched(Array<number>(7).fill(0.3), spoil)).toMatchObject({ iteration: 7, probe: 5 });
  });
});
