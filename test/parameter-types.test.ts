/** Values of parameters have the types of their declarations: a wrong one does not compile, and is an error all the same. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createReferenceBackend } from '../src/compute/reference/reference.ts';
import { createEngine } from '../src/engines/registry.ts';
import { ConfigError } from '../src/errors.ts';
import { Hdf5Loader } from '../src/loaders/hdf5/loader.ts';
import { MoonFlowerScan } from '../src/loaders/moonflower/loader.ts';
import { PtydScan } from '../src/loaders/ptyd/loader.ts';
import { QuickScan } from '../src/loaders/quick/loader.ts';
import { SimScan } from '../src/loaders/simscan/loader.ts';
import { WatchLoader } from '../src/loaders/watch/loader.ts';
import { Model } from '../src/model/model.ts';
import { singleCommunicator } from '../src/parallel/single.ts';
import {
  defaults,
  optionalGroup,
  param,
  switchedGroup,
  type Given,
  type Values,
} from '../src/params/declare.ts';
import { ENGINES, type EngineGiven, type EngineName, type EngineParameters } from '../src/params/engines.ts';
import {
  bool,
  choice,
  either,
  float,
  int,
  list,
  nullable,
  pair,
  several,
  text,
  two,
} from '../src/params/types.ts';
import { check } from '../src/params/validate.ts';
import { PtyScan } from '../src/scan/pty-scan.ts';

describe('declarations', () => {
  it('say what may be given, and what it becomes', () => {
    const GROUP = {
      size: param(pair(float()), { default: [1, 1], help: '' }),
      center: param(nullable(either(choice(['fft']), two(int()))), { default: 'fft', help: '' }),
      noise: param(choice(['poisson'], { Poisson: 'poisson' }), { default: 'poisson', help: '' }),
      points: param(several(int()), { default: [1], help: '' }),
      steps: param(list(float()), { default: [], help: '' }),
      label: param(text(), { default: '', help: '' }),
      inner: { active: param(bool(), { default: true, help: '' }) },
      extra: optionalGroup({ n: param(int(), { default: 1, help: '' }) }),
      more: switchedGroup({ n: param(int(), { default: 1, help: '' }) }, 'Switches it.'),
    };
    type Some = Required<Given<typeof GROUP>>;
    expectTypeOf<Some['size']>().toEqualTypeOf<number | readonly [number, number] | undefined>();
    expectTypeOf<Some['center']>().toEqualTypeOf<
      'fft' | readonly [number, number] | null | 'None' | '' | undefined
    >();
    expectTypeOf<Some['noise']>().toEqualTypeOf<'poisson' | 'Poisson' | undefined>();
    expectTypeOf<Some['points']>().toEqualTypeOf<number | readonly number[] | undefined>();
    expectTypeOf<Some['steps']>().toEqualTypeOf<readonly number[] | undefined>();
    expectTypeOf<Some['label']>().toEqualTypeOf<string | number | undefined>();
    expectTypeOf<boolean>().toExtend<Some['inner']>();
    expectTypeOf<null>().toExtend<Some['extra']>();
    expectTypeOf<boolean>().not.toExtend<Some['extra']>();
    expectTypeOf<boolean>().toExtend<Some['more']>();
    const given: Given<typeof GROUP> = {
      ...{ size: 2, center: null, noise: 'Poisson', points: 3, steps: [1], label: 7, inner: false },
      ...{ extra: null, more: true },
    };
    const { values, issues } = check(GROUP, given);
    expect(issues).toEqual([]);
    expect(values).toEqual({
      ...{ size: [2, 2], center: null, noise: 'poisson', points: [3], steps: [1], label: '7' },
      ...{ inner: { active: false }, extra: null, more: { n: 1 } },
    });
    expectTypeOf(values.size).toEqualTypeOf<readonly [number, number]>();
    expect(check(GROUP, values)).toMatchObject({ values, issues: [] });
  });
});

describe('scan classes', () => {
  it('refuse wrong values', () => {
    const wrong = [
      // @ts-expect-error: text for pixels.
      () => new MoonFlowerScan({ shape: 'abc' }),
      // @ts-expect-error: no such pattern.
      () => new MoonFlowerScan({ model: 'spiral' }),
      // @ts-expect-error: no such parameter.
      () => new MoonFlowerScan({ shpae: 64 }),
      // @ts-expect-error: text for a number.
      () => new QuickScan({ num_frames: 'ten' }),
      // @ts-expect-error: no such mode.
      () => new PtydScan({ dfile: 'a.ptyd', save: 'merged' }),
      // @ts-expect-error: no such member of the group.
      () => new Hdf5Loader({ intensities: { file: 'a.h5', kye: 'data' } }),
      // @ts-expect-error: a number for a group.
      () => new SimScan({ xy: 3 }),
      // @ts-expect-error: three for two.
      () => new WatchLoader({ base_path: '.', positions_columns: [1, 2, 3] }),
      // @ts-expect-error: text for a number.
      () => new PtyScan({ energy: 'high' }),
    ];
    for (const construct of wrong) expect(construct).toThrow(ConfigError);
  });

  it('know the types of what they were given', () => {
    const { info } = new MoonFlowerScan({ shape: 64, model: 'raster' });
    expectTypeOf(info.shape).toEqualTypeOf<readonly [number, number] | null>();
    expectTypeOf(info.model).toEqualTypeOf<'round' | 'raster'>();
    expectTypeOf(info.energy).toEqualTypeOf<number>();
    expectTypeOf<PtyScan['info']['energy']>().toEqualTypeOf<number | null>();
    expectTypeOf<Hdf5Loader['info']['mask']['invert']>().toEqualTypeOf<boolean>();
    expectTypeOf<WatchLoader['info']['first_index']>().toEqualTypeOf<number>();
    expectTypeOf<PtydScan['info']['save']>().toEqualTypeOf<'append' | 'link' | 'merge' | null>();
    expectTypeOf<QuickScan['info']['num_frames']>().toEqualTypeOf<number>();
    expectTypeOf<SimScan['info']['seed']>().toEqualTypeOf<number>();
    expect(info).toMatchObject({ shape: [64, 64], model: 'raster' });
  });

  it('may be given what they made of it', () => {
    type AcceptsItsOwn<G extends typeof PtyScan.parameters> = Values<G> extends Given<G> ? true : false;
    expectTypeOf<AcceptsItsOwn<typeof Hdf5Loader.parameters>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsItsOwn<typeof MoonFlowerScan.parameters>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsItsOwn<typeof QuickScan.parameters>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsItsOwn<typeof SimScan.parameters>>().toEqualTypeOf<true>();
    expectTypeOf<AcceptsItsOwn<typeof WatchLoader.parameters>>().toEqualTypeOf<true>();
    const { info } = new MoonFlowerScan({ shape: 64 });
    expect(new MoonFlowerScan(info).info).toEqual(info);
  });

  it('accept the tree of a file, and check it', () => {
    const tree: Readonly<Record<string, unknown>> = { shape: 'abc' };
    expect(() => new MoonFlowerScan(tree)).toThrow(ConfigError);
  });
});

describe('engines', () => {
  it('refuse wrong values', async () => {
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    const wrong = [
      // @ts-expect-error: text for a number.
      () => createEngine('DM', { numiter: 'ten' }, { model }),
      // @ts-expect-error: of another engine.
      () => createEngine('EPIE', { fourier_relax_factor: 0.05 }, { model }),
      // @ts-expect-error: no such noise model.
      () => createEngine('LSQML', { ML_type: 'gaussian' }, { model }),
      // @ts-expect-error: a number for a group.
      () => createEngine('ML', { position_refinement: 3 }, { model }),
    ];
    for (const create of wrong) await expect(create()).rejects.toThrow(ConfigError);
  });

  it('fill in what is not given', async () => {
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    expect((await createEngine('RAAR', {}, { model })).numiter).toBe(defaults(ENGINES.RAAR).numiter);
    expect((await createEngine('ML', { numiter: 7 }, { model })).numiter).toBe(7);
  });

  it('have the types of their declarations', () => {
    expectTypeOf<EngineName>().toEqualTypeOf<'DM' | 'RAAR' | 'EPIE' | 'RPIE' | 'ML' | 'LSQML'>();
    expectTypeOf<EngineParameters['ML']['ML_type']>().toEqualTypeOf<'gaussian' | 'poisson' | 'euclid'>();
    expectTypeOf<EngineParameters['DM']['clip_object']>().toEqualTypeOf<readonly [number, number] | null>();
    expectTypeOf<EngineParameters>().toExtend<EngineGiven>();
    expectTypeOf<true>().toExtend<EngineGiven['DM']['position_refinement']>();
  });
});
