/** Parameters of scan classes: their own, those of the older style, and those that nobody knows. */
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { extend, param } from '../params/declare.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import { int, nullable, text } from '../params/types.ts';
import { PtyScan } from './pty-scan.ts';

const PARAMETERS = extend(SCAN_DATA, {
  base_path: param(nullable(text()), { default: null, help: 'Folder of the frames.' }),
  detector: param(int(), { default: 1, help: 'Number of the detector.' }),
});

class OwnScan extends PtyScan<typeof PARAMETERS> {
  static override readonly parameters = PARAMETERS;
}

describe('parameters of a scan', () => {
  it('have the documented defaults', () => {
    const { info, given } = new PtyScan();
    expect(info).toMatchObject({
      dfile: null,
      chunk_format: '.chunk%02d',
      save: null,
      auto_center: null,
      load_parallel: 'data',
      rebin: null,
      orientation: null,
      min_frames: 1,
      num_frames: null,
      positions_theory: null,
      label: null,
      experimentID: null,
      version: 0.1,
      shape: [256, 256],
      center: 'fftshift',
      psize: null,
      distance: null,
      energy: null,
      propagation: 'farfield',
      add_poisson_noise: false,
      recipe: {},
    });
    expect(given.size).toBe(0);
  });

  it('may be declared by the class itself, with its types', () => {
    const { info } = new OwnScan({ base_path: 'ccd', shape: 64 });
    expect(info.base_path?.toUpperCase()).toBe('CCD');
    expect(info.detector + 1).toBe(2);
    expect(info.shape).toEqual([64, 64]);
  });

  it('may stand in the recipe, in the older style; given directly they win', () => {
    const { info, given } = new OwnScan({
      detector: 5,
      recipe: { base_path: 'old', detector: 3, other: [1] },
    });
    expect(info.base_path).toBe('old');
    expect(info.detector).toBe(5);
    expect(info.recipe).toEqual({ base_path: 'old', detector: 3, other: [1] });
    expect(given.has('base_path')).toBe(true);
  });

  it('that are unknown are an error that names the nearest ones', () => {
    // @ts-expect-error: no such parameter.
    const construct = () => new OwnScan({ base_pth: 'x' });
    expect(construct).toThrow(ConfigError);
    expect(construct).toThrow(/'base_pth'; did you mean 'base_path'/);
    // @ts-expect-error: of another class.
    expect(() => new PtyScan({ detector: 2 })).toThrow("unknown parameter 'detector'");
  });

  it('of a wrong type are an error that says what was given and what is accepted; all at once', () => {
    // @ts-expect-error: text for a number.
    const construct = () => new OwnScan({ rebin: 33, energy: 'high', recipe: { detector: 1.5 } });
    expect(construct).toThrow(/rebin: .*32.*33/);
    expect(construct).toThrow(/energy: .*keV.*"high"/);
    expect(construct).toThrow(/detector: .*1\.5/);
  });
});
