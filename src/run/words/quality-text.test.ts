import { describe, expect, it } from 'vitest';
import type { ScanStatistics } from '../../quality/scan-statistics.ts';
import type { ResolutionReport } from '../reports.ts';
import { resolutionText, statisticsText } from './quality-text.ts';
import {
  bytesText,
  countText,
  frequencyText,
  lengthText,
  numberText,
  percentText,
} from '../../geometry/quantities.ts';

const STATISTICS: ScanStatistics = {
  frames: 516,
  meanPhotons: 123456,
  brightestPhotons: 2.5e6,
  stepM: 7.25e-7,
  probeDiameterM: 2.9e-6,
  overlap: 0.75,
  litAreaM2: 1e-10,
  viewsPerPixel: 12.34,
  photonsPerPixel: 987.6,
  photonsPerUm2: 1.2e6,
  modePowers: [1],
};

const REPORT: ResolutionReport = {
  object: 'SstarG00',
  halfBit: {
    limit: 'pixel size',
    frequency: null,
    fullPeriodM: null,
    halfPeriodM: null,
    longestPeriodM: null,
  },
  oneBit: { limit: 'crossing', frequency: 1e7, fullPeriodM: 1e-7, halfPeriodM: 5e-8, longestPeriodM: null },
  shape: [96, 120],
  psizeM: [2.8178e-8, 2e-8],
  shift: [0, 0],
  decidesFrom: 1e5,
  twin: false,
  curve: { frequency: [], correlation: [], halfBit: [], oneBit: [] },
};

describe('statisticsText', () => {
  it('says what the scan was like', () => {
    expect(statisticsText('star', STATISTICS).split('\n')).toEqual([
      'star: 516 frames of 1.23e5 photons on average, 2.50e6 in the brightest',
      'star: step 725 nm, probe 2.9 µm across (90 % of its power), linear overlap 75 %',
      'star: a lit pixel has 12.3 views and 988 photons, 1.20e6 photons/µm²',
    ]);
  });

  it('names the powers of several modes, and no step where there is none', () => {
    const lines = statisticsText('a', { ...STATISTICS, stepM: NaN, modePowers: [0.9123, 0.0801, 0.0076] });
    expect(lines).toContain('a: probe 2.9 µm across (90 % of its power)\n');
    expect(lines).toMatch(/\na: orthogonal probe modes with 91\.2 %, 8\.01 %, 0\.76 % of the power$/);
  });
});

describe('resolutionText', () => {
  it('tells half and full period apart, and what limits', () => {
    expect(resolutionText(REPORT).split('\n')).toEqual([
      'SstarG00: Fourier ring correlation of 96x120 pixels of 28.2 nm x 20 nm',
      '½ bit: no crossing: limited by the pixel size, 28.2 nm',
      '1 bit: resolution 50 nm half period (100 nm full period), crossing at 10 1/µm',
    ]);
    const nothing = { ...REPORT.halfBit, limit: 'nothing in common' } as const;
    expect(resolutionText({ ...REPORT, oneBit: nothing })).toMatch(
      /1 bit: no resolution: nothing in common, no three rings one after the other agree$/,
    );
    const same = { ...REPORT.halfBit, limit: 'identical' } as const;
    expect(resolutionText({ ...REPORT, oneBit: same })).toMatch(
      /1 bit: no resolution: both are the same object/,
    );
    expect(resolutionText({ ...REPORT, oneBit: nothing, twin: true })).toMatch(
      /\none agrees .*its twin image/,
    );
    const late = { ...REPORT.oneBit, longestPeriodM: 2e-6 };
    expect(resolutionText({ ...REPORT, oneBit: late })).toMatch(/10 1\/µm; periods above 2 µm disagree$/);
  });
});

describe('quantities', () => {
  it('have the unit in which they are easy to read', () => {
    expect(
      [0.5, 2e-3, 1e-6 * (1 - 1e-12), 5.8345e-8, 3e-11, 4e-14].map((length) => lengthText(length)),
    ).toEqual(['500 mm', '2 mm', '1 µm', '58.3 nm', '30 pm', '0.04 pm']);
    expect([1.23e7, 6.3e5, 1e10, 5].map((frequency) => frequencyText(frequency))).toEqual([
      '12.3 1/µm',
      '0.63 1/µm',
      '10 1/nm',
      '5 1/m',
    ]);
    expect([0, 12.345, 9999, 123456].map(countText)).toEqual(['0', '12.3', '10000', '1.23e5']);
    expect([0.805, 1, 0.00863].map(percentText)).toEqual(['80.5 %', '100 %', '0.863 %']);
  });
});

describe('quantities', () => {
  it('never show digits that mean nothing', () => {
    expect(lengthText(7.4e15)).toBe('7.4e15 m');
    expect(lengthText(3e-16)).toBe('3e-4 pm');
    expect(numberText(7.19)).toBe('7.19');
    expect(numberText(123456.789)).toBe('1.235e5');
    expect(numberText(0.000123456)).toBe('1.235e-4');
    expect(numberText(0)).toBe('0');
    expect(numberText(NaN)).toBe('NaN');
    expect(bytesText(2.664e8)).toBe('270 MB');
    expect(bytesText(1.34e9)).toBe('1.3 GB');
  });
});
