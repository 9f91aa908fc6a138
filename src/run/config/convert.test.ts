import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { parseText } from '../../params/yaml.ts';
import { convertParameters } from './convert.ts';

const OPTIONS = {
  scans: new ScanRegistry(),
  engines: ENGINE_GROUPS,
  source: 'script.json',
  from: join('/', 'a', 'b'),
  to: join('/', 'a', 'b'),
};

const SCRIPT = {
  verbose_level: 'interactive',
  io: { home: 'out', interaction: { active: false }, autoplot: { threaded: null } },
  scans: {
    'S.1': {
      name: 'BlockFull',
      data: {
        name: 'Hdf5LoaderFast',
        intensities: { file: 'raw/scan.h5', key: 'a' },
        positions: { file: 'raw/scan.h5', slow_key: 'y', fast_key: 'x' },
        shape: [128, 96],
        rebin: 2,
        colour: 'red',
        energy: 'many\nlines',
      },
      illumination: 'old.ptyr',
    },
  },
  engines: {
    e2: { name: 'ML', numiter: 5 },
    e1: { name: 'DM_pycuda', numiter: 10, magic: [1, 2] },
    e0: { name: 'WASP', numiter: 3 },
  },
};

describe('a converted script', () => {
  it('keeps what is known, comments what differs, and leaves the rest as comments', () => {
    const { text, left, ignored, missing } = convertParameters(SCRIPT, OPTIONS);
    expect(text.split('\n').slice(2)).toEqual([
      'verbose_level: interactive',
      'io:',
      '  home: out',
      '  # io.interaction is not taken over: no meaning here: ptypy’s plotting client cannot connect.',
      '  # interaction:',
      '  #   active: false',
      '  autoplot: {}',
      '    # io.autoplot.threaded is not taken over: no meaning here: Pictures are drawn beside the reconstruction.',
      '    # threaded: null',
      'scans:',
      '  S.1:',
      '    name: BlockFull',
      '    data:',
      '      name: Hdf5Loader # Hdf5LoaderFast in the script',
      '      intensities:',
      '        file: raw/scan.h5',
      '        key: a',
      '      positions:',
      '        file: raw/scan.h5',
      '        slow_key: y',
      '        fast_key: x',
      '      shape: [128, 96] # rectangular; force_square: true takes the smaller side as ptypy does',
      '      rebin: 2 # pixels are summed; rebin_mode: mean averages as ptypy does',
      expect.stringMatching(/^ {6}# scans\.S\.1\.data\.colour is not taken over: unknown parameter 'colour'/),
      '      # colour: red',
      expect.stringMatching(/^ {6}# scans\.S\.1\.data\.energy is not taken over: expected a number above 0/),
      '      # energy: |-',
      '      #   many',
      '      #   lines',
      '    illumination: old.ptyr',
      'engines:',
      '  # engines.e0 is not taken over: engine WASP is not here yet: LSQML or EPIE is the nearest',
      '  # e0:',
      '  #   name: WASP',
      '  #   numiter: 3',
      '  e1:',
      '    name: DM # DM_pycuda in the script',
      '    numiter: 10',
      expect.stringMatching(/^ {4}# engines\.e1\.magic is not taken over: unknown parameter 'magic'/),
      '    # magic:',
      '    #   - 1',
      '    #   - 2',
      '  e2:',
      '    name: ML',
      '    numiter: 5',
      '',
    ]);
    expect(left.map(({ path }) => path).sort()).toEqual([
      'engines.e0',
      'engines.e1.magic',
      'scans.S.1.data.colour',
      'scans.S.1.data.energy',
    ]);
    expect([...ignored].sort()).toEqual(['io.autoplot.threaded', 'io.interaction']);
    expect(missing).toEqual([]);
  });

  it('moves relative paths with the configuration', () => {
    const to = join('/', 'a', 'c', 'd');
    const { tree } = parseText(convertParameters(SCRIPT, { ...OPTIONS, to }).text);
    expect(tree).toMatchObject({
      io: { home: '../../b/out' },
      scans: {
        'S.1': {
          data: { intensities: { file: '../../b/raw/scan.h5', key: 'a' } },
          illumination: '../../b/old.ptyr',
        },
      },
    });
  });

  it('says what is missing', () => {
    expect(convertParameters({ engines: {} }, OPTIONS).missing).toEqual([
      'scans: at least one scan is needed: scans.<label>',
    ]);
    const { left, missing } = convertParameters({ scans: { A: { data: { name: 'NoScan' } } } }, OPTIONS);
    expect(left[0].path).toBe('scans.A');
    expect(missing).toHaveLength(1);
  });
});
