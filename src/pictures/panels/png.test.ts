import { decode } from 'fast-png';
import { expect, it } from 'vitest';
import { encodePng } from './png.ts';

it('keeps every byte of the pixels', () => {
  const data = Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 89 + (i >> 3)) % 256);
  const { width, height, channels, depth, data: found } = decode(encodePng({ rows: 5, cols: 3, data }));
  expect({ width, height, channels, depth }).toEqual({ width: 3, height: 5, channels: 4, depth: 8 });
  expect(found).toEqual(data);
});
