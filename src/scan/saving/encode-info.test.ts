/** Parameters as they are documented in a file. */
import { describe, expect, it } from 'vitest';
import { SCAN_DATA } from '../../params/scan-data.ts';
import { encodeInfo } from './encode-info.ts';

describe('info', () => {
  it('keeps pairs that are not whole, whatever else a parameter may be', () => {
    const { center, shape } = encodeInfo(SCAN_DATA, { center: [20.8, 21], shape: [64, 32] }, undefined);
    expect(center).toEqual({ dtype: 'float64', shape: [2], data: Float64Array.of(20.8, 21) });
    expect(shape).toEqual({ dtype: 'int64', shape: [2], data: BigInt64Array.of(64n, 32n) });
  });
});
