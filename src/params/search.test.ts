import { describe, expect, it } from 'vitest';
import { extend, param, type ParamGroup } from './declare.ts';
import { ENGINE_GROUPS } from './engines.ts';
import { SCAN_DATA } from './scan-data.ts';
import { allParameters, searchParameters } from './search.ts';
import { float } from './types.ts';

const OWN = extend(SCAN_DATA, {
  exposure: param(float(), { default: 1, unit: 's', help: 'Time that the shutter is open.' }),
});
const GROUPS = {
  scans: new Map<string, ParamGroup>([
    ['PtydScan', SCAN_DATA],
    ['OwnScan', OWN],
  ]),
  engines: ENGINE_GROUPS,
};

const namesFor = (term: string): string[] =>
  searchParameters(term, GROUPS).map(({ name, of }) => [name, ...of].join(' '));

describe('searchParameters', () => {
  it.each([
    ['rebin', ['scans.<label>.data.rebin']],
    ['REBIN_MODE', ['scans.<label>.data.rebin_mode']],
    ['aperture.form', ['scans.<label>.illumination.aperture.form']],
    ['aperture form', ['scans.<label>.illumination.aperture.form']],
    ['data.exposure', ['scans.<label>.data.exposure OwnScan']],
    ['shutter open', ['scans.<label>.data.exposure OwnScan']],
    ['no such thing', []],
    ['', []],
  ])('finds what %j means', (term, names) => {
    expect(namesFor(term)).toEqual(names);
  });

  it('names a parameter of many engines once', () => {
    const found = searchParameters('probe_inertia', GROUPS);
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['engines.<key>.probe_inertia']));
    expect(found.flatMap(({ of }) => of)).toContain('DM');
  });

  it('lists every parameter of every group', () => {
    const all = allParameters(GROUPS).map(({ name }) => name);
    expect(all).toEqual(
      expect.arrayContaining(['io.home', 'scans.<label>.sample.fill', 'engines.<key>.numiter']),
    );
  });
});
