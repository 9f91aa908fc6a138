import { describe, expect, expectTypeOf, it } from 'vitest';
import { defaults, extend, ignored, optionalGroup, param, withDefaults, type Values } from './declare.ts';
import { SCAN_DATA, type ScanData } from './scan-data.ts';
import { float, int, nullable, pair, path, text } from './types.ts';

const GROUP = {
  base_path: param(nullable(path()), { default: null, help: 'Folder of the frames.' }),
  count: param(int({ min: 1 }), { default: 3, help: 'Frames.' }),
  old: ignored('Not used.'),
  inner: { size: param(pair(float()), { default: [1, 1], unit: 'm', help: 'Size.' }) },
  extra: optionalGroup({ note: param(text(), { default: 'a', help: 'Note.' }) }),
  absent: optionalGroup({ note: param(text(), { default: 'a', help: 'Note.' }) }, false),
};

describe('declarations', () => {
  it('give defaults of nested groups and leave ignored names out', () => {
    expect(defaults(GROUP)).toEqual({
      base_path: null,
      count: 3,
      inner: { size: [1, 1] },
      extra: { note: 'a' },
      absent: null,
    });
  });

  it('give types to values', () => {
    expectTypeOf<Values<typeof GROUP>>().toEqualTypeOf<{
      readonly base_path: string | null;
      readonly count: number;
      readonly inner: { readonly size: readonly [number, number] };
      readonly extra: { readonly note: string } | null;
      readonly absent: { readonly note: string } | null;
    }>();
    expectTypeOf<ScanData['save']>().toEqualTypeOf<'append' | 'link' | 'merge' | null>();
    expectTypeOf<ScanData['shape']>().toEqualTypeOf<readonly [number, number] | null>();
  });

  it('of a subclass stand beside those of the base and may replace them', () => {
    const own = extend(SCAN_DATA, {
      base_path: GROUP.base_path,
      rebin: param(int(), { default: 2, help: 'Always binned.' }),
    });
    const values = defaults(own);
    expectTypeOf(values.base_path).toEqualTypeOf<string | null>();
    expectTypeOf(values.rebin).toEqualTypeOf<number>();
    expect(values.rebin).toBe(2);
    expect(values.saturation).toBeNull();
    expect(defaults(SCAN_DATA).rebin).toBeNull();
  });

  it('may change defaults only', () => {
    const changed = withDefaults(SCAN_DATA, { shape: null, energy: 9 });
    expect(defaults(changed)).toEqual({ ...defaults(SCAN_DATA), shape: null, energy: 9 });
    expect(changed.energy.help).toBe(SCAN_DATA.energy.help);
  });

  it('of a scan have the defaults of ptypy, but for the geometry, which has none', () => {
    expect(defaults(SCAN_DATA)).toEqual({
      name: null,
      source: null,
      dfile: null,
      chunk_format: '.chunk%02d',
      save: null,
      auto_center: null,
      load_parallel: 'data',
      mask_file: null,
      rebin: null,
      rebin_mode: 'sum',
      orientation: null,
      min_frames: 1,
      num_frames: null,
      positions_theory: null,
      label: null,
      experimentID: null,
      version: 0.1,
      shape: [256, 256],
      force_square: false,
      center: 'fftshift',
      psize: null,
      distance: null,
      energy: null,
      electron_data: false,
      propagation: 'farfield',
      add_poisson_noise: false,
      compression: null,
      parallel_write: false,
      on_bad_frame: 'error',
      saturation: null,
      hot_pixels: false,
      drop_frames: null,
      on_incomplete: 'error',
      positions_unit: null,
      recipe: {},
    });
  });
});
