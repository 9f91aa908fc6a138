import { describe, expect, it } from 'vitest';
import { CYCLIC, GREYS, INFERNO, VIRIDIS } from '../../../src/pictures/panels/colour-maps.ts';
import { phaseColour as phaseColourOfFigures } from '../../../src/pictures/panels/colours.ts';
import { UNLIT } from '../../../src/pictures/figures/object-figure.ts';
import { colourTable, MISSING, phaseColour } from './colours.ts';

describe('the page has the colours of the figures', () => {
  it.each([
    ['viridis', VIRIDIS],
    ['inferno', INFERNO],
    ['grey', GREYS],
    ['twilight', CYCLIC],
  ] as const)('%s', (name, { colours }) => {
    expect(Array.from(colourTable(name))).toEqual(colours.flatMap((rgb) => [...rgb, 255]));
  });

  it('complex values and missing ones', () => {
    for (let i = 0; i < 200; i++) {
      const [phase, amplitude] = [i * 0.37 - 30, (i % 13) / 12];
      expect(phaseColour(phase, amplitude)).toEqual(phaseColourOfFigures(phase, amplitude));
    }
    expect(MISSING).toEqual(UNLIT.colour);
  });

  it('cividis grows lighter all the way', () => {
    const table = colourTable('cividis');
    const sum = (i: number) => table[4 * i] + table[4 * i + 1] + table[4 * i + 2];
    for (let i = 16; i < 256; i += 16) expect(sum(i)).toBeGreaterThan(sum(i - 16));
  });
});
