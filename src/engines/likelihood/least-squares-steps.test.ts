import { describe, expect, it } from 'vitest';
import { singleCommunicator } from '../../parallel/single.ts';
import { bestSteps, MeanSteps } from './least-squares-steps.ts';

/** The row of `leastSquaresSteps` for ΔP·O, ΔO·P and χ given as real vectors. */
function row(byProbe: number[], byObject: number[], wanted: number[]): number[] {
  const dot = (a: number[], b: number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);
  return [
    dot(byProbe, byProbe),
    dot(byObject, byObject),
    dot(byProbe, byObject),
    dot(byProbe, wanted),
    dot(byObject, wanted),
  ];
}

describe('steps of a view', () => {
  it('follow χ, held back by the damping', () => {
    const steps = bestSteps(row([1, 0, 0], [0, 2, 0], [3, 8, 7]));
    expect(steps[0]).toBeCloseTo(3 / 1.1, 12);
    expect(steps[1]).toBeCloseTo(4 / 1.1, 12);
  });

  it('share χ where both directions do the same', () => {
    const steps = bestSteps(row([1, 1], [1, 1], [1, 1]));
    expect(steps[0]).toBeCloseTo(1 / 2.1, 12);
    expect(steps[1]).toBeCloseTo(1 / 2.1, 12);
  });

  it('are 0 along directions that lead away or are 0', () => {
    expect(bestSteps(row([1, 0], [0, 1], [-1, 1.1]))).toEqual([0, expect.closeTo(1, 12)]);
    expect(bestSteps(row([0, 0], [0, 1], [1, 1.1]))).toEqual([0, expect.closeTo(1, 12)]);
    expect(bestSteps(row([1, 0], [0, 0], [1.1, 1]))).toEqual([expect.closeTo(1, 12), 0]);
    expect(bestSteps(row([0, 0], [0, 0], [1, 1]))).toEqual([0, 0]);
  });
});

describe('mean steps', () => {
  it('weigh views by the change a direction makes, and keep probes and objects apart', async () => {
    const means = new MeanSteps(['p', 'q', 'unused'], ['o', 's']);
    means.add('p', 'o', Float64Array.from([...row([1, 0], [0, 1], [1, 2]), ...row([2, 0], [0, 3], [2, 3])]));
    means.add('q', 'o', Float64Array.from(row([1, 0], [0, 0], [5, 0])));
    const { probes, objects } = await means.means(singleCommunicator());
    // Steps of p are 1/1.1 in both views; of o they are 2/1.1 and 1/1.1, weights 1 and 9.
    expect(probes.get('p')).toBeCloseTo(1 / 1.1, 12);
    expect(probes.get('q')).toBeCloseTo(5 / 1.1, 12);
    expect(probes.get('unused')).toBe(0);
    expect(objects.get('o')).toBeCloseTo(11 / 10 / 1.1, 12);
    expect(objects.get('s')).toBe(0);
  });
});
