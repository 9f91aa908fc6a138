import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import type { Backend } from '../../compute/backend.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { createWasmBackend } from '../../compute/wasm/wasm.ts';
import { DEFAULT_START, Model } from '../../model/model.ts';
import type { StoredState } from '../../ptyr/progress.ts';
import { withStoredState } from './save-state.ts';

/** 16 bytes a pixel make 1 MiB a view. */
const scan = simulate({ shape: 256, num_frames: 21, photons: 1e5 });
const PROBE = { ...DEFAULT_START.probe, given: scan.experiment.probe };

describe('withStoredState', () => {
  it('brings exit waves of all ranks to the master, never more than 8 MiB of them at once', async () => {
    const asked: number[][] = [[], [], []];
    const slices: number[] = [];
    await onRanks(3, async (communicator) => {
      const { rank } = communicator;
      const reference = createReferenceBackend();
      const backend: Backend = {
        ...reference,
        readExit: (block, first, count) => {
          asked[rank].push(count);
          return reference.readExit(block, first, count);
        },
      };
      const model = new Model({ backend, communicator });
      model.addScan('sim', { ...DEFAULT_START, probe: PROBE });
      // The third rank has none; the first two have 11 and 10.
      await model.addPackage(
        'sim',
        scan.pack(0, 21, (index) => index % 2 === rank),
      );
      for (const { block, probeId, objectId } of model.blocks) {
        backend.initializeExit(block, model.probe(probeId).array, model.object(objectId).array);
      }
      const state = { numbers: { a: 1 }, arrays: {}, exitWaves: true };
      await withStoredState(model, state, true, async (stored: StoredState) => {
        expect(rank).toBe(0);
        expect(stored.numbers).toEqual({ a: 1 });
        expect(Object.keys(stored.probes)).toEqual(['SsimG00']);
        expect(Object.keys(stored.objects)).toEqual(['SsimG00']);
        const [{ scan: label, indices, waves, phase }] = stored.exit;
        expect(stored.exit).toHaveLength(1);
        expect(label).toBe('sim');
        expect(indices).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
        expect(waves.shape).toEqual([21, 1, 256, 256]);
        expect(phase).toBeUndefined();
        for await (const slice of waves.slices()) slices.push(slice.shape[0]);
      });
    });
    expect(asked).toEqual([[8, 3], [8, 2], []]);
    expect(slices).toEqual([8, 3, 8, 2]);
  });

  it('takes the phase of the waves from whichever rank has some', async () => {
    await onRanks(2, async (communicator) => {
      const backend = createWasmBackend();
      const model = new Model({ backend, communicator });
      model.addScan('sim', { ...DEFAULT_START, probe: PROBE });
      await model.addPackage(
        'sim',
        scan.pack(0, 2, () => communicator.rank === 1),
      );
      for (const { block, probeId, objectId } of model.blocks) {
        backend.initializeExit(block, model.probe(probeId).array, model.object(objectId).array);
      }
      const state = { numbers: {}, arrays: {}, exitWaves: true };
      await withStoredState(model, state, false, async ({ exit: [{ waves, phase }] }: StoredState) => {
        expect(phase).toMatchObject({ dtype: 'complex64', shape: [256, 256] });
        for await (const slice of waves.slices()) expect(slice.dtype).toBe('complex64');
      });
    });
  });
});
