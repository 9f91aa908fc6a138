/** What every backend must compute, checked against definitions evaluated term by term (`direct.ts`). */
import { afterAll, describe } from 'vitest';
import type { Backend } from '../../src/compute/backend.ts';
import { arrayContract } from './backend-arrays.ts';
import { createBench } from './backend-bench.ts';
import { descentContract } from './backend-descent.ts';
import { lifetimeContract } from './backend-lifetime.ts';
import { viewContract } from './backend-views.ts';

/** `tolerance`: relative rounding error of a kernel, e.g. 1e-12 in double and 1e-5 in single precision. */
export function backendContract(name: string, create: () => Backend, tolerance: number): void {
  describe(`backend ${name}`, () => {
    const backend = create();
    afterAll(() => {
      backend.dispose();
    });
    const bench = createBench(backend, tolerance);
    arrayContract(bench);
    viewContract(bench);
    descentContract(bench);
    lifetimeContract(create);
  });
}
