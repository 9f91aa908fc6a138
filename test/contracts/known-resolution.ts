/** Pairs of objects whose resolution is known: of a far field, a near field and a weak phase; and pairs of noise, `seeds` of each. */
import { describe, expect, it } from 'vitest';
import { planFft2 } from '../../src/array/fft.ts';
import { ndarray, zeros } from '../../src/array/ndarray.ts';
import type { Pair } from '../../src/frames/pair.ts';
import { stream } from '../../src/simulation/random.ts';
import type { Crossing } from '../../src/quality/frc/frc-crossing.ts';
import { compareObjects, type LitObject } from '../../src/quality/frc/frc-objects.ts';
import { twinOf } from '../../src/quality/frc/twin.ts';

/** Amplitude by spatial frequency, 1/m. */
type Gain = (f: number) => number;

const SIDE = 128;
const MARGIN = 16;
const PIXEL = 20e-9;
/** Width of a ring: what is compared has 96 pixels along a side. */
const RING = 1 / (96 * PIXEL);

/** Complex noise of variance 1 whose spectrum is multiplied with `gain`, moved by pixels. */
function coloured(seed: number, gain: Gain, moved: Pair = [0, 0]): Float64Array {
  const random = stream(seed);
  const wave = Float64Array.from({ length: 2 * SIDE * SIDE }, () => random.normal() / Math.SQRT2);
  const fft = planFft2(SIDE, SIDE);
  fft.forward(wave);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [y, x] = [Math.floor(i / SIDE), i % SIDE].map((k) => (2 * k < SIDE ? k : k - SIDE) / SIDE);
    const factor = i === 0 ? 0 : gain(Math.hypot(y, x) / PIXEL);
    const angle = -2 * Math.PI * (y * moved[0] + x * moved[1]);
    const [a, b] = [factor * Math.cos(angle), factor * Math.sin(angle)];
    const re = wave[2 * i];
    wave[2 * i] = re * a - wave[2 * i + 1] * b;
    wave[2 * i + 1] = re * b + wave[2 * i + 1] * a;
  }
  fft.inverse(wave);
  return wave;
}

function lit(wave: Float64Array, name = 'object'): LitObject {
  const inside = zeros('uint8', [SIDE, SIDE]);
  for (let r = MARGIN; r < SIDE - MARGIN; r++) {
    inside.data.fill(1, r * SIDE + MARGIN, (r + 1) * SIDE - MARGIN);
  }
  return {
    name,
    field: {
      data: ndarray('complex128', [1, SIDE, SIDE], wave),
      psizeM: [PIXEL, PIXEL],
      originM: [0, 0],
      energyKeV: 8,
    },
    lit: inside,
    probeM: 0.6e-6,
  };
}

/** 1 + i·strength·Re signal and noise. */
function seen(signal: Float64Array, strength: number, noise: Float64Array): LitObject {
  return lit(noise.map((value, i) => value + (i % 2 === 0 ? 1 : strength * signal[i - 1])));
}

const upTo =
  (end: number, gain: Gain): Gain =>
  (f) =>
    f < end ? gain(f) : 0;
/** Details of all sizes: as much in a ring as in the next. */
const natural: Gain = (f) => RING / f;

interface Kind {
  /** rad */
  readonly strength: number;
  /** Noise by the number of the ring, as a multiple of that at high frequencies. */
  readonly noise: (ring: number) => number;
}
const KINDS: Record<string, Kind> = {
  'far field': { strength: 1, noise: () => 1 },
  // What sin(π·λz·f²) of a phase the detector sees is little of long periods.
  'near field': { strength: 1, noise: (ring) => Math.max(1, (16 / ring) ** 2) },
  'weak phase': { strength: 0.1, noise: (ring) => 1 + (8 / ring) ** 2 },
};

function ringOf(crossing: Crossing): number {
  return crossing.kind === 'crossing' ? crossing.frequency / RING : NaN;
}

export function knownResolution(seeds: number): void {
  describe('resolution of a known pair', () => {
    it.each(
      Object.keys(KINDS).flatMap((kind) =>
        (seeds > 1 ? [18, 24, 32] : [24]).map((rings): [string, number] => [kind, rings]),
      ),
    )('of a %s whose details end at ring %d', (kind, rings) => {
      const { strength, noise } = KINDS[kind];
      // Four times as weak as the details in the last of their rings.
      const level = strength / (4 * rings);
      const moved: Pair = [0.3, -0.4];
      for (let seed = 10; seed <= 10 * seeds; seed += 10) {
        const [one, two] = [[0, 0] as const, moved].map((by, i) =>
          seen(
            coloured(seed, upTo((rings + 0.5) * RING, natural), by),
            strength,
            coloured(seed + 1 + i, (f) => level * noise(f / RING)),
          ),
        );
        const found = compareObjects(one, two);
        for (const crossing of [found.halfBitCrossing, found.oneBitCrossing]) {
          // The window makes the next ring alike.
          expect(ringOf(crossing)).toBeGreaterThan(rings - 0.5);
          expect(ringOf(crossing)).toBeLessThan(rings + 2);
        }
        expect(Math.hypot(found.shift[0] + moved[0], found.shift[1] + moved[1])).toBeLessThan(0.1);
      }
    });
  });

  describe('pairs of noise', () => {
    const noises: [string, Gain][] = [
      ['of very long periods', (f) => (RING / f) ** 2],
      ['white', () => 1],
      ['of long periods', natural],
      ['of periods above 12 pixels', (f) => (f < 8 * RING ? 1 : 1e-3)],
    ];
    it.each(noises.slice(0, seeds > 1 ? noises.length : 2))('have nothing in common: %s', (_, gain) => {
      for (const background of [0, 5]) {
        for (let seed = 100; seed < 100 + 10 * seeds; seed += 10) {
          const [one, two] = [0, 1].map((i) =>
            lit(coloured(seed + i, gain).map((value, k) => value + (k % 2 === 0 ? background : 0))),
          );
          const { halfBitCrossing, oneBitCrossing, identical } = compareObjects(one, two);
          expect([halfBitCrossing, oneBitCrossing]).toEqual([{ kind: 'below' }, { kind: 'below' }]);
          expect(identical).toBe(false);
        }
      }
    });
  });

  describe('the same twice', () => {
    const strong = coloured(3, upTo(20 * RING, natural));
    const object = seen(strong, 3, new Float64Array(strong.length));

    it('is told from agreement', () => {
      expect(compareObjects(object, object).identical).toBe(true);
      const { data } = object.field;
      const turned = ndarray('complex64', data.shape, Float32Array.from(data.data as Float64Array));
      const rounded = { ...object, field: { ...object.field, data: turned } };
      expect(compareObjects(object, rounded).identical).toBe(true);
      const noisy = seen(
        strong,
        3,
        coloured(4, () => 1e-3),
      );
      expect(compareObjects(object, noisy).identical).toBe(false);
    });

    it('as its twin agrees with the twin alone', () => {
      const twin = twinOf(object);
      expect(compareObjects(object, twin).halfBitCrossing.kind).toBe('below');
      expect(compareObjects(object, twinOf(twin)).identical).toBe(true);
    });
  });
}
