import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePicture, encodePicture, HEADER_BYTES, type Picture } from './picture-message.ts';

const single = fc.float({ noNaN: true, noDefaultInfinity: true });
const picture = fc
  .record({
    kind: fc.constantFrom('complex' as const, 'real' as const),
    planes: fc.integer({ min: 1, max: 3 }),
    rows: fc.integer({ min: 0, max: 5 }),
    cols: fc.integer({ min: 0, max: 5 }),
  })
  .chain(({ kind, planes, rows, cols }) => {
    const count = planes * rows * cols * (kind === 'complex' ? 2 : 1);
    return fc.record({
      ...{ kind: fc.constant(kind), planes: fc.constant(planes), rows: fc.constant(rows) },
      cols: fc.constant(cols),
      channel: fc.nat(),
      sequence: fc.nat(),
      reduction: fc.integer({ min: 1, max: 65535 }),
      index: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
      time: fc.double({ noNaN: true }),
      psizeM: fc.tuple(single, single),
      range: fc.tuple(single, single),
      values: fc.array(single, { minLength: count, maxLength: count }).map((all) => Float32Array.from(all)),
    });
  });

describe('a picture on its way', () => {
  it('arrives as it was', () => {
    fc.assert(
      fc.property(picture, (sent: Picture) => {
        const message = encodePicture(sent);
        expect(message.byteLength).toBe(HEADER_BYTES + sent.values.byteLength);
        expect(decodePicture(message.buffer as ArrayBuffer)).toEqual(sent);
      }),
    );
  });

  it('is not copied when it is taken apart', () => {
    const { buffer } = encodePicture(fc.sample(picture, { numRuns: 1, seed: 5 })[0]);
    expect(decodePicture(buffer as ArrayBuffer).values.buffer).toBe(buffer);
  });

  it('is refused where it is something else, of another version, or cut', () => {
    const sent = { ...fc.sample(picture, { numRuns: 1, seed: 1 })[0], planes: 1, rows: 1, cols: 1 };
    const message = encodePicture({ ...sent, kind: 'real', values: Float32Array.of(1) });
    const changed = (at: number): ArrayBuffer => {
      const copy = message.slice();
      copy[at] += 1;
      return copy.buffer;
    };
    expect(() => decodePicture(changed(0))).toThrow('not a picture');
    expect(() => decodePicture(changed(4))).toThrow('a picture of version 2, expected 1');
    expect(() => decodePicture(message.slice(0, 66).buffer)).toThrow('has 66 bytes');
    expect(() => decodePicture(new ArrayBuffer(8))).toThrow('got 8');
  });
});
