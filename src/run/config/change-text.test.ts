import { describe, expect, it } from 'vitest';
import { parseText } from '../../params/yaml.ts';
import { changeText } from './change-text.ts';

const PATH = ['scans', 'S', 'data'];
const CHANGES = { center: [12.5, 30], shape: [64, 32], mask_file: 'run-S-mask.h5:mask' } as const;

describe('a configuration whose text is changed', () => {
  it('keeps comments, spaces and all values but those that are new', () => {
    const text = `# scan of the day
scans:
  S:      # label
    data:
      # the loader
      name: Hdf5Loader   # NeXus
      center:
        - 1   # row
        - 2   # column

      psize: 50.0e-6
      shape: 256 # pixels

    illumination: {aperture: {size: 1e-6}}

# engines below
engines: {e: {name: DM}}
`;
    expect(changeText(text, PATH, CHANGES)).toBe(`# scan of the day
scans:
  S:      # label
    data:
      # the loader
      mask_file: run-S-mask.h5:mask
      name: Hdf5Loader   # NeXus
      center:
        [12.5, 30]

      psize: 50.0e-6
      shape: [64, 32] # pixels

    illumination: {aperture: {size: 1e-6}}

# engines below
engines: {e: {name: DM}}
`);
  });

  it.each([
    ['scans: {S: {data: {}}}', 'scans: {S: {data: {rebin: 2}}}'],
    ['scans: {S: {data: {name: A, rebin: 1 }}}', 'scans: {S: {data: {name: A, rebin: 2 }}}'],
    ['scans: {S: {data: { name: A}}}', 'scans: {S: {data: { rebin: 2, name: A}}}'],
    [
      'scans:\n  S:\n    data:\n      rebin:\n      name: A\n',
      'scans:\n  S:\n    data:\n      rebin: 2\n      name: A\n',
    ],
    [
      'scans:\r\n  S:\r\n    data:\r\n      name: A\r\n',
      'scans:\r\n  S:\r\n    data:\r\n      rebin: 2\r\n      name: A\r\n',
    ],
    ['{"scans": {"S": {"data": {"name": "A"}}}}', '{"scans": {"S": {"data": {"rebin": 2, "name": "A"}}}}'],
    [
      'base: &base {name: A, rebin: 4}\nscans:\n  S:\n    data:\n      <<: *base\n',
      'base: &base {name: A, rebin: 4}\nscans:\n  S:\n    data:\n      rebin: 2\n      <<: *base\n',
    ],
  ])('takes a new entry: %j', (text, expected) => {
    expect(changeText(text, PATH, { rebin: 2 })).toBe(expected);
  });

  it('stays JSON', () => {
    const text = JSON.stringify({ scans: { S: { data: { name: 'A', center: null } } } }, null, 2);
    const changed = JSON.parse(changeText(text, PATH, CHANGES)) as unknown;
    expect(changed).toEqual({ scans: { S: { data: { name: 'A', ...CHANGES } } } });
  });

  it('quotes names that are not plain', () => {
    const changed = changeText('scans: {S: {data: {}}}', PATH, { mask_file: '# a: b.h5:mask' });
    expect(parseText(changed).tree).toEqual({ scans: { S: { data: { mask_file: '# a: b.h5:mask' } } } });
  });

  it.each([
    ['a group used in two places', 'scans:\n  S: {data: &d {name: A}}\n  T: {data: *d}\n'],
    ['a group written elsewhere', 'd: &d {name: A}\nscans: {S: {data: *d}}\n'],
    ['a value used elsewhere', 'scans: {S: {data: {rebin: &r 2}}, T: {data: {rebin: *r}}}\n'],
    ['no group', 'scans: {S: {data: 1}}\n'],
  ])('is left alone, with advice, where it has %s', (_, text) => {
    expect(() => changeText(text, PATH, { rebin: 4 })).toThrow('by hand');
  });
});
