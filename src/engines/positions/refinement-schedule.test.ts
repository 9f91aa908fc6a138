import { describe, expect, it } from 'vitest';
import type { PositionRefinementParameters } from '../../params/engines.ts';
import { RefinementSchedule } from './refinement-schedule.ts';

const DEFAULTS: PositionRefinementParameters = {
  method: 'Annealing',
  start: null,
  stop: null,
  interval: 1,
  nshifts: 4,
  amplitude: 1e-6,
  amplitude_decay: true,
  max_shift: 2e-6,
  metric: 'fourier',
  seed: 0,
};

function schedule(given: Partial<PositionRefinementParameters>, numiter = 20): RefinementSchedule {
  return new RefinementSchedule({ ...DEFAULTS, ...given }, () => numiter);
}

function due(of: RefinementSchedule, numiter = 20): number[] {
  return Array.from({ length: numiter }, (_, i) => i).filter((iteration) => of.isDue(iteration));
}

describe('RefinementSchedule', () => {
  it('is due in every iteration unless told otherwise', () => {
    expect(due(schedule({}))).toHaveLength(20);
    expect(due(schedule({ start: 18 }))).toEqual([18, 19]);
    expect(due(schedule({ stop: 2 }))).toEqual([0, 1]);
    expect(due(schedule({ start: 5, stop: 13, interval: 4 }))).toEqual([8, 12]);
  });

  it('knows the last time', () => {
    const last = (of: RefinementSchedule): number[] => due(of).filter((iteration) => of.isLast(iteration));
    expect(last(schedule({}))).toEqual([19]);
    expect(last(schedule({ start: 5, stop: 13, interval: 4 }))).toEqual([12]);
    expect(last(schedule({ stop: 1000, interval: 3 }))).toEqual([18]);
  });

  it('knows whether it is due at all', () => {
    expect(schedule({}).isEverDue).toBe(true);
    expect(schedule({ start: 19 }).isEverDue).toBe(true);
    expect(schedule({ start: 20 }).isEverDue).toBe(false);
    expect(schedule({ start: 5, stop: 5 }).isEverDue).toBe(false);
    expect(schedule({ start: 11, interval: 10 }).isEverDue).toBe(false);
    expect(schedule({ start: 50, stop: 1000 }).isEverDue).toBe(false);
  });

  it('lets the amplitude fall linearly to nothing, if wanted', () => {
    const falling = schedule({ start: 4, stop: 12 });
    expect([4, 8, 11].map((iteration) => falling.amplitudeM(iteration))).toEqual([1e-6, 0.5e-6, 0.125e-6]);
    const constant = schedule({ start: 4, stop: 12, amplitude_decay: false });
    expect([4, 8, 11].map((iteration) => constant.amplitudeM(iteration))).toEqual([1e-6, 1e-6, 1e-6]);
  });
});
