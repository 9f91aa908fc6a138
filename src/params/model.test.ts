import { describe, expect, it } from 'vitest';
import { defaults } from './declare.ts';
import { parseComplex } from './complex.ts';
import { ENGINE_GROUPS, DM, EPIE, LSQML, ML, RAAR, RPIE } from './engines.ts';
import { RUN } from './io.ts';
import { expandShortForms, SAMPLE, SCAN } from './model.ts';
import {
  engineNotHere,
  modelNotHere,
  plainEngineName,
  plainScanClass,
  scanClassNotHere,
} from './ptypy-names.ts';
import { check, validate } from './validate.ts';

describe('complex numbers', () => {
  it.each([
    ['1+0j', [1, 0]],
    ['(0.5-2j)', [0.5, -2]],
    ['3', [3, 0]],
    ['-1e-3j', [0, -1e-3]],
    ['1e-3 + .5j', [1e-3, 0.5]],
    ['1+j', [1, 1]],
    ['1.-j', [1, -1]],
    ['2i', [0, 2]],
  ])('%s', (text, expected) => {
    expect(parseComplex(text)).toEqual(expected);
    expect(validate(SAMPLE, { fill: text }).fill).toEqual(expected);
  });

  it.each(['', 'j1', '1+', 'one', '1+2', '1+0k', '()'])('not %j', (text) => {
    expect(parseComplex(text)).toBeUndefined();
    expect(check(SAMPLE, { fill: text }).issues[0].message).toMatch(
      /^expected a number, a pair \[re, im\], or text such as 1\+0j, got /,
    );
  });

  it('also as a number or a pair', () => {
    expect(validate(SAMPLE, { fill: 0.5 }).fill).toEqual([0.5, 0]);
    expect(validate(SAMPLE, { fill: [0, 1] }).fill).toEqual([0, 1]);
  });
});

describe('the scan model', () => {
  it('has the defaults of ptypy', () => {
    expect(defaults(SCAN)).toMatchObject({
      illumination: {
        model: null,
        photons: null,
        aperture: {
          form: 'circ',
          size: null,
          edge: 2,
          central_stop: null,
          offset: [0, 0],
          rotate: 0,
        },
        propagation: { focussed: null, parallel: null },
        diversity: { noise: [0.5, 1], power: [0.1] },
      },
      sample: { model: null, fill: [1, 0], diversity: { noise: null, power: [0.1] } },
      coherence: { num_probe_modes: 1, num_object_modes: 1 },
      resample: 1,
    });
  });

  it('names the accepted models', () => {
    expect(check(SCAN, { name: 'OPRModel' }).issues[0].message).toBe(
      'expected Vanilla, Full, BlockVanilla, BlockFull, GradFull or BlockGradFull, got "OPRModel"',
    );
  });

  it('takes sizes as one number or two, powers as one or many', () => {
    const given = { aperture: { size: 6e-5 }, diversity: { power: [0.2, 0.1], noise: [1, 2, 0.1, 2] } };
    const { illumination } = validate(SCAN, { illumination: given });
    expect(illumination.aperture?.size).toEqual([6e-5, 6e-5]);
    expect(illumination.diversity).toEqual({ power: [0.2, 0.1], noise: [1, 2, 0.1, 2] });
    expect(validate(SCAN, { illumination: { diversity: null } }).illumination.diversity).toBeNull();
    expect(validate(SCAN, { illumination: { aperture: 'None' } }).illumination.aperture).toBeNull();
  });

  it('writes short forms out', () => {
    const scan = validate(SCAN, expandShortForms({ illumination: 'old.ptyr', sample: 'stxm' }));
    expect(scan.illumination).toMatchObject({
      model: 'recon',
      recon: { rfile: 'old.ptyr' },
      aperture: null,
      diversity: null,
    });
    expect(scan.sample.model).toBe('stxm');
    expect(expandShortForms({ illumination: null, sample: { fill: 1 } })).toEqual({
      illumination: null,
      sample: { fill: 1 },
    });
    expect(expandShortForms(3)).toBe(3);
  });

  it('takes a reconstruction as the model beside other parameters', () => {
    const illumination = { model: 'old.ptyr', photons: 'as-is', recon: { layer: 1 } };
    const sample = { model: 'old.ptyr', key: 'content/obj/SSG00/data' };
    expect(expandShortForms({ illumination, sample })).toEqual({
      illumination: { model: 'recon', photons: 'as-is', recon: { layer: 1, rfile: 'old.ptyr' } },
      sample,
    });
  });
});

describe('engines', () => {
  it('have the defaults of ptypy', () => {
    const projection = {
      numiter: 20,
      numiter_contiguous: 1,
      probe_support: 0.7,
      probe_update_start: 2,
      update_object_first: true,
      overlap_converge_factor: 0.05,
      overlap_max_iterations: 10,
      probe_inertia: 1e-9,
      object_inertia: 1e-4,
      fourier_power_bound: null,
      fourier_relax_factor: 0.05,
      obj_smooth_std: null,
      clip_object: null,
      probe_center_tol: null,
      log_likelihood_interval: 10,
    };
    expect(defaults(DM)).toMatchObject({ name: 'DM', alpha: 1, ...projection });
    expect(defaults(RAAR)).toMatchObject({ name: 'RAAR', beta: 0.75, ...projection });
    expect(defaults(EPIE)).toMatchObject({
      alpha: 1,
      beta: 1,
      probe_update_start: 0,
      object_norm_is_global: false,
      seed: 0,
    });
    expect(defaults(ML)).toMatchObject({
      ML_type: 'gaussian',
      floating_intensities: false,
      reg_del2: false,
      reg_del2_amplitude: 0.01,
      smooth_gradient: 0,
      smooth_gradient_decay: 0,
      scale_precond: false,
      scale_probe_object: 1,
      probe_update_start: 2,
    });
    // ptypy has no engines of these names.
    expect(defaults(RPIE)).toMatchObject({ alpha: 0.1, beta: 1, probe_update_start: 0, probe_support: 0.7 });
    expect(defaults(LSQML)).toMatchObject({
      ML_type: 'euclid',
      batches: 10,
      alpha: 1,
      beta: 1,
      damping: 0.1,
    });
    expect([...ENGINE_GROUPS.keys()]).toEqual(['DM', 'RAAR', 'EPIE', 'RPIE', 'ML', 'LSQML']);
  });

  it.each([
    ['DM_pycuda', 'DM'],
    ['ML_pycuda_stream', 'ML'],
    ['DM_cupy_streams', 'DM'],
    ['DM_serial', 'DM'],
    ['EPIE_cupy', 'EPIE'],
    ['ePIE', 'EPIE'],
    ['rPIE', 'RPIE'],
    ['LSQ-ML', 'LSQML'],
    ['DM_cupy_nostream', 'DM'],
    ['ML_ocl', 'ML'],
    ['DM_object_regul', 'DM'],
    ['DM_pycuda_object_regul', 'DM'],
    ['DM', 'DM'],
    ['DM_of_mine', 'DM_of_mine'],
  ])('%s is known as %s', (given, plain) => {
    expect(plainEngineName(given)).toBe(plain);
    expect(engineNotHere(given)).toBeUndefined();
  });

  it.each([
    ['SDR_pycuda', 'engine SDR is not here yet: DM or RAAR is the nearest'],
    ['WASP_serial', 'engine WASP is not here yet: LSQML or EPIE is the nearest'],
    ['ThreePIE', 'engine ThreePIE is not here yet: objects have one slice'],
    ['MLOPR', 'engine MLOPR is not here yet: probes are the same in all views of a scan'],
    ['DM_3dBragg', 'engine DM_3dBragg is not here yet: objects are two-dimensional'],
  ])('%s is said not to be here', (given, message) => {
    expect(engineNotHere(given)?.message).toBe(message);
  });
});

describe('other names of ptypy', () => {
  it('are known, or said not to be here', () => {
    expect(plainScanClass('Hdf5LoaderFast')).toBe('Hdf5Loader');
    expect(plainScanClass('MyScan')).toBe('MyScan');
    expect(modelNotHere('OPRModel')?.message).toContain('model OPRModel is not here yet');
    expect(modelNotHere('Vanila')).toBeUndefined();
    expect(scanClassNotHere('NanomaxZmqScan')?.message).toContain("a beamline's own and is not here");
    expect(scanClassNotHere('MoonFlowrScan')).toBeUndefined();
  });
});

describe('the run', () => {
  it.each([
    [0, 'error'],
    [2, 'warn'],
    [3, 'info'],
    [5, 'debug'],
    ['ERROR', 'error'],
    ['info', 'info'],
    ['WARNING', 'warn'],
    ['INSPECT', 'debug'],
    ['interactive', 'info'],
    ['Critical', 'error'],
    ['3', 'info'],
    [6, 'debug'],
    [30, 'warn'],
  ])('says as much as verbose_level %j', (level, expected) => {
    expect(validate(RUN, { verbose_level: level }).verbose_level).toBe(expected);
  });

  it('refuses other levels', () => {
    for (const level of [7, -1, 2.5, 'loud', true]) {
      expect(check(RUN, { verbose_level: level }).issues[0].message).toContain(
        'expected error, warn, info or debug, another',
      );
    }
  });

  it('switches saving off as ptypy users write it', () => {
    const { io } = validate(RUN, { io: { autosave: false, autoplot: { active: false }, rfile: 'None' } });
    expect(io).toMatchObject({
      autosave: { active: false, interval: 10 },
      autoplot: { active: false },
      rfile: null,
    });
  });
});
