/** What every engine must do, on small simulated scans. */
import { describe, expect, it, vi } from 'vitest';
import type { Backend } from '../../src/compute/backend.ts';
import type { Engine, EngineContext, IterationResult } from '../../src/engines/engine.ts';
import { AbortedError, DataError } from '../../src/errors.ts';
import { DEFAULT_START, Model, type ScanStart } from '../../src/model/model.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import type { Communicator } from '../../src/parallel/communicator.ts';
import { rFactor } from '../../src/quality/rfactor.ts';
import { onRanks } from '../tools/local-ranks.ts';
import { simulate, type Simulated } from './simulated.ts';

export interface EngineContract {
  readonly createBackend: () => Backend;
  /** A new engine of 20 iterations on the context's model. */
  readonly create: (context: EngineContext) => Promise<Engine>;
  /** Iterations after which the R-factor must have fallen to `below` times that of the start. */
  readonly iterations: number;
  readonly below: number;
  /** Largest relative difference between results of one and of two ranks; undefined where ranks change the algorithm. */
  readonly rankTolerance?: number;
}

const PARAMS = { shape: 32, num_frames: 20, photons: 1e5, density: 0.15 };
const far = simulate(PARAMS);
const near = simulate({ ...PARAMS, propagation: 'nearfield', psize: 1e-7, distance: 1e-3 });

export function engineContract(name: string, given: EngineContract): void {
  describe(`engine ${name}`, () => {
    async function load(
      scan: Simulated,
      options: { modes?: number; objectModes?: number; communicator?: Communicator; frames?: number } = {},
    ): Promise<Model> {
      const communicator = options.communicator ?? singleCommunicator();
      const model = new Model({ backend: given.createBackend(), communicator });
      model.addScan('sim', roughStart(scan, options.modes ?? 1, options.objectModes ?? 1));
      const { rank, size } = communicator;
      await model.addPackage(
        'sim',
        scan.pack(0, options.frames, (i) => i % size === rank),
      );
      return model;
    }

    async function start(model: Model, context: Omit<EngineContext, 'model'> = {}): Promise<Engine> {
      const engine = await given.create({ model, ...context });
      await engine.initialize();
      return engine;
    }

    async function stateOf(model: Model): Promise<Float64Array> {
      const { backend } = model;
      const probe = await backend.read(model.probe('SsimG00').array);
      const object = await backend.read(model.object('SsimG00').array);
      return Float64Array.from([...probe.data, ...object.data]);
    }

    it.each([
      ['far field', far, 1, 1],
      ['near field', near, 1, 1],
      ['two probe modes', far, 2, 1],
      ['two probe and two object modes', far, 2, 2],
    ] as const)('brings model and frames together: %s', async (_what, scan, modes, objectModes) => {
      const model = await load(scan, { modes, objectModes });
      const before = await rFactor(model);
      const engine = await start(model);
      const results = await engine.iterate(given.iterations);
      await engine.finalize();
      expect(await rFactor(model)).toBeLessThan(given.below * before);
      expect(results.map(({ iteration }) => iteration)).toEqual(
        Array.from({ length: given.iterations }, (_, i) => i + 1),
      );
      for (const { errors } of results) {
        expect(Object.values(errors).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
      model.dispose();
    });

    it('asks the backend for numbers, and reads no arrays', async () => {
      const model = await load(far, { modes: 2 });
      const engine = await start(model);
      const read = vi.spyOn(model.backend, 'read');
      await engine.iterate(2);
      expect(read).not.toHaveBeenCalled();
    });

    it('moves nothing where the backend fails', async () => {
      const model = await load(far);
      const engine = await start(model);
      const before = await stateOf(model);
      for (const kernel of ['project', 'pieSweep', 'gradient', 'leastSquaresChange'] as const) {
        vi.spyOn(model.backend, kernel).mockImplementation(() => {
          const failed = Promise.reject(new DataError('out of memory'));
          // As the contract of backends says: it waits for whoever awaits it.
          failed.catch(() => undefined);
          return failed;
        });
      }
      await expect(engine.iterate(1)).rejects.toThrow('out of memory');
      expect(await stateOf(model)).toEqual(before);
    });

    it('gives the same bits again, and in any portions', async () => {
      const states: Float64Array[] = [];
      for (const portions of [[4], [4], [1, 2, 1]]) {
        const model = await load(far);
        const engine = await start(model);
        for (const count of portions) await engine.iterate(count);
        await engine.finalize();
        states.push(await stateOf(model));
      }
      expect(states[1]).toEqual(states[0]);
      expect(states[2]).toEqual(states[0]);
    });

    it('resumes from its saved state with the same bits', async () => {
      const modes = { modes: 2, objectModes: 2 };
      const whole = await load(far, modes);
      const wanted = await (await start(whole)).iterate(6);

      const before = await load(far, modes);
      const stopped = await start(before);
      await stopped.iterate(3);
      const state = structuredClone(await stopped.saveState());
      const after = await load(far, modes);
      const resumed = await start(after);
      for (const what of ['probes', 'objects'] as const) {
        for (const [id, { array }] of before[what]) {
          const target = after[what].get(id)?.array;
          if (target !== undefined) after.backend.upload(target, await before.backend.read(array));
        }
      }
      await resumed.restoreState(3, state);
      if (state.exitWaves) {
        for (const [i, { block }] of before.blocks.entries()) {
          const waves = await before.backend.readExit(block, 0, block.views);
          after.backend.writeExit(after.blocks[i].block, 0, waves);
        }
      }
      const got = await resumed.iterate(3);
      expect(got.map(({ iteration, errors }) => [iteration, errors])).toEqual(
        wanted.slice(3).map(({ iteration, errors }) => [iteration, errors]),
      );
      expect(await stateOf(after)).toEqual(await stateOf(whole));
    });

    it('stops between iterations when aborted', async () => {
      const controller = new AbortController();
      const seen: IterationResult[] = [];
      const model = await load(far);
      const engine = await start(model, {
        signal: controller.signal,
        onIteration: (result) => {
          seen.push(result);
          if (result.iteration === 2) controller.abort();
        },
      });
      await expect(engine.iterate(5)).rejects.toThrow(AbortedError);
      expect(seen.map(({ iteration }) => iteration)).toEqual([1, 2]);
      expect(engine.iteration).toBe(2);
      await engine.finalize();
      expect((await stateOf(model)).every(Number.isFinite)).toBe(true);
    });

    it('lets the event loop turn between iterations', async () => {
      const engine = await start(await load(far));
      let turns = 0;
      const timer = setInterval(() => turns++, 0);
      await engine.iterate(3);
      clearInterval(timer);
      expect(turns).toBeGreaterThan(0);
    });

    it('takes in frames that come later, and a growing object', async () => {
      const model = await load(far, { frames: 8 });
      const engine = await start(model);
      await engine.iterate(2);
      const { shape } = model.object('SsimG00').grid;
      await model.addPackage('sim', far.pack(8));
      expect(Math.max(...model.object('SsimG00').grid.shape)).toBeGreaterThan(Math.max(...shape));
      const before = await rFactor(model);
      await engine.iterate(given.iterations);
      expect(await rFactor(model)).toBeLessThan(before);
      expect(model.blocks.map(({ indices }) => indices.length)).toEqual([8, 12]);
    });

    it('works on two ranks', async () => {
      const run = async (communicator: Communicator) => {
        const model = await load(far, { communicator });
        const engine = await start(model);
        const results = await engine.iterate(4);
        return { state: await stateOf(model), errors: results.map(({ errors }) => errors) };
      };
      const single = await run(singleCommunicator());
      const [first, second] = await onRanks(2, run);
      expect(second).toEqual(first);
      if (given.rankTolerance === undefined) return;
      let difference = 0;
      let norm = 0;
      single.state.forEach((value, i) => {
        difference += (value - first.state[i]) ** 2;
        norm += value ** 2;
      });
      expect(Math.sqrt(difference / norm)).toBeLessThan(given.rankTolerance);
    });

    it('works with a rank that has no frames', async () => {
      const models = await onRanks(2, async (communicator) => {
        const model = new Model({ backend: given.createBackend(), communicator });
        model.addScan('sim', roughStart(far, 1, 1));
        await model.addPackage(
          'sim',
          far.pack(0, 6, () => communicator.rank === 0),
        );
        const engine = await start(model);
        await engine.iterate(2);
        return model;
      });
      expect(await stateOf(models[1])).toEqual(await stateOf(models[0]));
    });
  });
}

/** The true probe, blurred by noise and with slopes taken off: near enough to converge, far enough to matter. */
function roughStart(scan: Simulated, modes: number, objectModes: number): ScanStart {
  return {
    probe: {
      ...DEFAULT_START.probe,
      given: scan.roughProbe(0.2, 3),
      modes,
      diversity: { noise: [0.5, 2], power: [0.1] },
    },
    object: { ...DEFAULT_START.object, modes: objectModes },
  };
}
