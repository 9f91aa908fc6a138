import { describe, expect, it } from 'vitest';
import { phaseColour } from './colours.ts';
import { complexImage } from './complex-image.ts';

describe('phaseColour', () => {
  it('is black without amplitude, whatever the phase', () => {
    for (const phase of [-3, 0, 2]) expect(phaseColour(phase, 0)).toEqual([0, 0, 0]);
  });

  it('goes once around the hues: red, green-yellow, cyan-blue, violet', () => {
    const [red, yellow, cyan, violet] = [0, Math.PI / 2, Math.PI, -Math.PI / 2].map((phase) =>
      phaseColour(phase, 1),
    );
    expect(red[0]).toBeGreaterThan(red[1] + 50);
    expect(red[0]).toBeGreaterThan(red[2] + 50);
    expect(Math.min(yellow[0], yellow[1])).toBeGreaterThan(yellow[2] + 80);
    expect(Math.min(cyan[1], cyan[2])).toBeGreaterThan(cyan[0] + 80);
    expect(violet[2]).toBeGreaterThan(violet[1] + 50);
    expect(phaseColour(Math.PI, 1)).toEqual(phaseColour(-Math.PI, 1));
  });

  it('gets brighter with amplitude, and no brighter than full', () => {
    const sum = (amplitude: number) =>
      phaseColour(1, amplitude).reduce((total, channel) => total + channel, 0);
    for (let tenth = 0; tenth < 10; tenth++) expect(sum((tenth + 1) / 10)).toBeGreaterThan(sum(tenth / 10));
    expect(phaseColour(1, 7)).toEqual(phaseColour(1, 1));
  });
});

describe('complexImage', () => {
  it('colours every element by its phase and its part of the full amplitude', () => {
    const { data } = complexImage([2, 0, 0, 1, -1, 0, NaN, 0], [2, 2], 2);
    expect([...data.subarray(0, 3)]).toEqual([...phaseColour(0, 1)]);
    expect([...data.subarray(4, 7)]).toEqual([...phaseColour(Math.PI / 2, 0.5)]);
    expect([...data.subarray(8, 11)]).toEqual([...phaseColour(Math.PI, 0.5)]);
    expect([...data.subarray(12, 16)]).toEqual([255, 255, 255, 255]);
  });

  it('is black when there is no amplitude at all', () => {
    expect([...complexImage([0, 0], [1, 1], 0).data]).toEqual([0, 0, 0, 255]);
  });
});
