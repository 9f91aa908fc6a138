import { describe, expect, it } from 'vitest';
import { backendContract } from '../../../test/contracts/backend.ts';
import { DataError } from '../../errors.ts';
import { logFactorial } from '../shared/log-factorial.ts';
import { createReferenceBackend } from './reference.ts';

backendContract('reference', createReferenceBackend, 1e-12);

describe('reference backend', () => {
  it('refuses arrays and blocks of other backends', () => {
    const backend = createReferenceBackend();
    const foreign = { shape: [2], complex: true };
    expect(() => {
      backend.fill(foreign, 1);
    }).toThrow(DataError);
    expect(() => {
      backend.freeBlock({ views: 1, frameShape: [2, 2], modes: [[0, 0]], exitPhase: undefined });
    }).toThrow(/does not belong/);
  });
});

describe('logFactorial', () => {
  it.each([
    [0, 0],
    [1, 0],
    [5, Math.log(120)],
    [20, Math.log(2432902008176640000)],
    [0.5, Math.log(Math.sqrt(Math.PI) / 2)],
  ])('of %d', (x, expected) => {
    expect(Math.abs(logFactorial(x) - expected)).toBeLessThan(1e-13 * Math.max(1, expected));
  });
});
