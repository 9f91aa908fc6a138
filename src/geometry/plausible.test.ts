/** Slips of unit are found, instruments of every kind are not doubted. */
import { describe, expect, it } from 'vitest';
import { geometryDoubts, positionsDoubt, type StatedGeometry } from './plausible.ts';

const X_RAY: StatedGeometry = {
  energy: 7.2,
  distance: 2,
  psize: [75e-6, 75e-6],
  propagation: 'farfield',
  electron_data: false,
  shape: [256, 256],
};
const near = { propagation: 'nearfield' } as const;
const electrons = { electron_data: true } as const;

describe('instruments', () => {
  it.each<[string, Partial<StatedGeometry>]>([
    ['hard X-rays', { energy: 100, distance: 30 }],
    ['soft X-rays', { energy: 0.5, distance: 0.1, psize: [13e-6, 13e-6] }],
    ['EUV', { energy: 0.05, distance: 0.03, psize: [13e-6, 13e-6] }],
    ['a red laser', { energy: 0.00196, distance: 0.05, psize: [5e-6, 5e-6] }],
    ['an infrared laser', { energy: 0.0008, distance: 0.1, psize: [15e-6, 15e-6] }],
    ['an ultraviolet laser', { energy: 0.0064, distance: 0.04 }],
    ['a laser of the simulation of ptypy', { energy: 0.0023319, distance: 0.15, psize: [24e-6, 24e-6] }],
    ['one millimetre pixels', { psize: [1e-3, 1e-3], distance: 20 }],
    ['near field, effective distance of 1 mm', { ...near, distance: 1e-3, psize: [20e-9, 20e-9] }],
    ['electrons of 20 keV', { ...electrons, energy: 20, distance: 0.1 }],
    ['electrons of 300 keV', { ...electrons, energy: 300, distance: 1.2, psize: [55e-6, 55e-6] }],
    ['electrons of 1 MeV', { ...electrons, energy: 1000, distance: 5 }],
    ['nothing known', { energy: null, distance: null, psize: null, shape: null }],
  ])('%s are not doubted', (_, given) => {
    expect(geometryDoubts({ ...X_RAY, ...given })).toEqual({ impossible: [], unlikely: [] });
  });
});

describe('slips', () => {
  it.each<[string, Partial<StatedGeometry>, string]>([
    ['eV', { energy: 7200 }, '7.2 keV if 7200 is in eV'],
    ['J', { energy: 1.1535672e-15 }, '7.2 keV if'],
    ['electrons that are not said to be', { energy: 200 }, 'electrons need electron_data: true'],
    ['electrons in eV', { ...electrons, energy: 200_000 }, '200 keV if 200000 is in eV'],
    ['mm', { distance: 2000 }, '2 m if 2000 is in mm'],
    ['µm of a distance', { distance: 2e6 }, '2 m if 2000000 is in µm'],
    ['a distance too small by 10⁶', { distance: 2e-6 }, 'distance 0.000002 m is unlikely'],
    ['mm of a pixel', { psize: [0.075, 0.075] }, '0.000075 m if 0.075 is in mm'],
    ['a pixel too small by 10³', { psize: [75e-9, 75e-9] }, 'psize 7.5e-8 m is unlikely'],
  ])('%s', (_, given, message) => {
    const { impossible, unlikely } = geometryDoubts({ ...X_RAY, ...given, shape: null });
    expect(impossible).toEqual([]);
    expect(unlikely).toHaveLength(1);
    expect(unlikely[0]).toContain(message);
  });

  it('µm of a pixel are impossible: no detector is that wide', () => {
    const { impossible } = geometryDoubts({ ...X_RAY, psize: [172, 172] });
    expect(impossible.map(({ name }) => name)).toEqual(['psize']);
    expect(impossible[0].message).toContain('0.000172 m if 172 is in µm');
  });

  it('a field of view that no detector has is impossible as well', () => {
    const { impossible } = geometryDoubts({ ...X_RAY, distance: 2e-6 });
    expect(impossible.map(({ name }) => name)).toEqual(['distance']);
    expect(impossible[0].message).toContain('far below the wavelength');
  });

  it('positions in µm that are taken for metres', () => {
    expect(positionsDoubt([0, 0, 12, 30])).toContain('0.00003 m if they are in µm');
    expect(positionsDoubt([0, 0, 12e-3, 30e-3])).toBeUndefined();
    expect(positionsDoubt([])).toBeUndefined();
  });
});
