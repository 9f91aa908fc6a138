/** The end of a backend. */
import { describe, expect, it } from 'vitest';
import type { Backend, Block, DeviceArray } from '../../src/compute/backend.ts';
import { DataError } from '../../src/errors.ts';
import { createBench } from './backend-bench.ts';
import * as direct from './direct.ts';

/** Calls of every kind, with arrays of before. */
const CALLS: Readonly<
  Record<string, (backend: Backend, block: Block, probe: DeviceArray, object: DeviceArray) => unknown>
> = {
  allocate: (backend) => backend.allocate([2], 'real'),
  createBlock: (backend) => backend.createBlock(direct.createProblem('farfield')),
  read: (backend, _block, probe) => backend.read(probe),
  upload: (backend, _block, probe) => {
    backend.upload(probe, direct.createProblem('farfield').probe);
  },
  free: (backend, _block, probe) => {
    backend.free(probe);
  },
  fill: (backend, _block, probe) => {
    backend.fill(probe, 1);
  },
  roll: (backend, _block, probe) => {
    backend.roll(probe, 1, 1);
  },
  dots: (backend, _block, probe) => backend.dots([[probe, probe]]),
  centerOfMass: (backend, _block, probe) => backend.centerOfMass(probe),
  setCorners: (backend, block) => {
    backend.setCorners(block, direct.createProblem('farfield').corners);
  },
  power: (backend, block) => backend.power(block),
  readFrames: (backend, block) => backend.readFrames(block, [0]),
  initializeExit: (backend, block, probe, object) => {
    backend.initializeExit(block, probe, object);
  },
  freeExit: (backend, block) => {
    backend.freeExit(block);
  },
  residual: (backend, block, probe, object) => backend.residual(block, probe, object),
  modelIntensities: (backend, block, probe, object) => backend.modelIntensities(block, probe, object),
  freeBlock: (backend, block) => {
    backend.freeBlock(block);
  },
};

export function lifetimeContract(create: () => Backend): void {
  describe('once it was disposed', () => {
    const backend = create();
    const { block, probe, object } = createBench(backend, 0).setUp(direct.createProblem('farfield'));
    backend.dispose();

    it.each(Object.entries(CALLS))('refuses %s', async (_name, call) => {
      const answer = Promise.resolve().then(() => call(backend, block, probe, object));
      await expect(answer).rejects.toThrow(DataError);
      await expect(answer).rejects.toThrow(`the ${backend.name} backend was disposed`);
    });

    it('may be disposed again', () => {
      expect(() => {
        backend.dispose();
      }).not.toThrow();
    });

    it('does not end others', async () => {
      const other = create();
      expect((await other.read(other.allocate([2], 'real'))).shape).toEqual([2]);
      other.dispose();
    });
  });
}
