/**
 * The parameters of the engines (`engines.<key>`), by engine name. Names and defaults are ptypy's where it has the engine.
 */
import { complex } from './complex.ts';
import {
  extend,
  ignored,
  param,
  switchedGroup,
  type Given,
  type ParamGroup,
  type Values,
} from './declare.ts';
import { bool, choice, float, int, nullable, path, text, two } from './types.ts';

const GPU_ONLY = 'For ptypy on a GPU.';

const POSITION_REFINEMENT = {
  method: param(choice(['Annealing', 'GridSearch']), {
    default: 'Annealing',
    help: 'Which shifts of a view are tried: random ones (Maiden et al. 2012), or all on a grid of pixels.',
  }),
  start: param(nullable(int({ min: 0 })), {
    default: null,
    help: 'First iteration, counted from 0, in which positions are refined. None: 0.',
  }),
  stop: param(nullable(int({ min: 1 })), {
    default: null,
    help: 'First iteration in which positions are no longer refined. None: they are refined to the end.',
  }),
  interval: param(int({ min: 1 }), {
    default: 1,
    help: 'Positions are refined in iterations that are a multiple of this.',
  }),
  nshifts: param(int({ min: 1 }), {
    default: 4,
    help: 'Random shifts tried for each view every time, at a transform each.',
  }),
  amplitude: param(float({ above: 0 }), {
    default: 1e-6,
    unit: 'm',
    help: 'Largest shift along each axis that is tried.',
  }),
  amplitude_decay: param(bool(), {
    default: true,
    help: 'Let the amplitude fall to 0 from `start` to `stop`.',
  }),
  max_shift: param(float({ above: 0 }), {
    default: 2e-6,
    unit: 'm',
    help: 'Largest distance of a position from the measured one.',
  }),
  metric: param(choice(['fourier', 'photon']), {
    default: 'fourier',
    help: 'Error of a view to minimise: of magnitudes, or of photons.',
  }),
  record: ignored('Refined and measured positions are always written.'),
  seed: param(int({ min: 0 }), { default: 0, help: 'Seed of the random shifts. Not in ptypy.' }),
};

const COMMON = {
  name: param(text(), { default: '', help: 'Which engine.' }),
  numiter: param(int({ min: 1 }), { default: 20, help: 'Number of iterations.' }),
  numiter_contiguous: param(int({ min: 1 }), {
    default: 1,
    help: 'Iterations between two looks at new frames, requests and saving.',
  }),
  probe_support: param(nullable(float({ above: 0 })), {
    default: 0.7,
    help: 'Area around the centre in which the probe may be nonzero, as a fraction of the frame. None: everywhere.',
  }),
  probe_fourier_support: ignored('The probe is not limited in the detector plane.'),
  position_refinement: switchedGroup(
    POSITION_REFINEMENT,
    'Refine the scan positions between iterations. true: with the defaults.',
  ),
  record_local_error: ignored('Errors are recorded as means over the views.'),
  compute_log_likelihood: param(bool(), {
    default: true,
    help: 'Compute the photon (log-likelihood) error; it can be switched off in engines that need one more transform for it.',
  }),
  compute_exit_error: ignored(GPU_ONLY),
  compute_fourier_error: ignored(GPU_ONLY),
  probe_update_cuda_atomics: ignored(GPU_ONLY),
  object_update_cuda_atomics: ignored(GPU_ONLY),
  use_cuda_device_memory_pool: ignored(GPU_ONLY),
  fft_lib: ignored(GPU_ONLY),
};

const clipObject = param(nullable(two(float({ min: 0 }), 'low, high')), {
  default: null,
  help: 'Interval the amplitude of the object is kept in.',
});

const probeCenterTolerance = param(nullable(float({ min: 0 })), {
  default: null,
  unit: 'pixel',
  help: 'Distance of the centre of mass of the probe from the axis above which the probe is moved back.',
});

const probeUpdateStart = (iterations: number) =>
  param(int({ min: 0 }), {
    default: iterations,
    help: 'First iteration, counted from 0, in which the probe is updated.',
  });

const PROJECTION = extend(COMMON, {
  probe_update_start: probeUpdateStart(2),
  update_object_first: param(bool(), {
    default: true,
    help: 'Update the object before the probe in the first repetition of the overlap step.',
  }),
  overlap_converge_factor: param(float({ min: 0 }), {
    default: 0.05,
    help: 'The overlap step is repeated until the probe changes by less than this fraction.',
  }),
  overlap_max_iterations: param(int({ min: 1 }), {
    default: 10,
    help: 'Largest number of repetitions of the overlap step.',
  }),
  probe_inertia: param(float({ min: 0 }), {
    default: 1e-9,
    help: 'Weight of the present probe in its update.',
  }),
  object_inertia: param(float({ min: 0 }), {
    default: 1e-4,
    help: 'Weight of the present object in its update, in units of the mean power.',
  }),
  fourier_power_bound: param(nullable(float({ min: 0 })), {
    default: null,
    help: 'Fourier error below which a view is left as it is. None: from `fourier_relax_factor`.',
  }),
  fourier_relax_factor: param(float({ min: 0 }), {
    default: 0.05,
    help: 'Sets the power bound to 1/4 of its square times the largest mean power of a frame; larger for noisy data.',
  }),
  obj_smooth_std: param(nullable(float({ min: 0 })), {
    default: null,
    unit: 'pixel',
    help: 'Width of the Gaussian the present object is smoothed with before its update.',
  }),
  clip_object: clipObject,
  probe_center_tol: probeCenterTolerance,
  log_likelihood_interval: param(int({ min: 1 }), {
    default: 10,
    help: 'Iterations between two photon errors, which cost a transform each. Not in ptypy.',
  }),
  subpix: ignored('Views lie on whole pixels.'),
  subpix_start: ignored('Views lie on whole pixels.'),
});

/** Difference map (Thibault et al., Ultramicroscopy 109, 338, 2009). */
export const DM = extend(PROJECTION, {
  name: param(text(), { default: 'DM', help: 'Difference map (Thibault et al. 2009).' }),
  alpha: param(float({ min: 0 }), {
    default: 1,
    help: 'Between the difference map (1) and alternating projections (0).',
  }),
  object_regul_mask: param(nullable(path()), {
    default: null,
    help:
      'Array (rows, cols) or (modes, rows, cols), a `.npy` file or `FILE.h5:entry`: where it is not 0, the object is known to be ' +
      '`object_regul_fill`. One of another size than the object lies in its middle.',
  }),
  object_regul_fill: param(complex(), { default: [0, 0], help: 'Value of the object there.' }),
  object_regul_start: param(nullable(int({ min: 0 })), {
    default: null,
    help: 'First iteration, counted from 0, in which the object is held there. None: 0.',
  }),
  object_regul_stop: param(nullable(int({ min: 0 })), {
    default: null,
    help: 'First iteration in which the object is no longer held. None: it is held to the end.',
  }),
});

/** Relaxed averaged alternating reflections (Luke, Inverse Problems 21, 37, 2005). */
export const RAAR = extend(PROJECTION, {
  name: param(text(), { default: 'RAAR', help: 'Relaxed averaged alternating reflections (Luke 2005).' }),
  beta: param(float({ min: 0 }), { default: 0.75, help: 'Relaxation.' }),
});

/** What the ptychographic iterative engines have in common. */
const PIE = extend(COMMON, {
  probe_update_start: probeUpdateStart(0),
  object_norm_is_global: param(bool(), {
    default: false,
    help: 'Scale the probe update by the largest value of the whole object instead of that of the view.',
  }),
  probe_center_tol: probeCenterTolerance,
  clip_object: clipObject,
  random_order: param(bool(), {
    default: true,
    help: 'Visit the views in random order, else by index. Not in ptypy.',
  }),
  seed: param(int({ min: 0 }), { default: 0, help: 'Seed of the random order. Not in ptypy.' }),
});

/** Extended ptychographic iterative engine (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009). */
export const EPIE = extend(PIE, {
  name: param(text(), {
    default: 'EPIE',
    help: 'Extended ptychographic iterative engine (Maiden & Rodenburg 2009).',
  }),
  alpha: param(float({ min: 0 }), { default: 1, help: 'Step of the object update.' }),
  beta: param(float({ min: 0 }), { default: 1, help: 'Step of the probe update.' }),
});

/** Regularised ptychographic iterative engine (Maiden, Johnson & Li, Optica 4, 736, 2017). */
export const RPIE = extend(PIE, {
  name: param(text(), {
    default: 'RPIE',
    help: 'Regularised ptychographic iterative engine (Maiden, Johnson & Li 2017).',
  }),
  alpha: param(float({ min: 0, max: 1 }), {
    default: 0.1,
    help: 'Divisor of the object update: |P|² (0), its largest value as in EPIE (1), or a mix. Smaller values correct dimly lit parts faster and follow noise more; the default was chosen on simulated data.',
  }),
  beta: param(float({ min: 0, max: 1 }), {
    default: 1,
    help: 'Divisor of the probe update, likewise with |O|².',
  }),
  gamma_object: param(float({ min: 0 }), {
    default: 0.5,
    help: 'Step of the object update, γ of the paper. The defaults of both steps keep weak phase objects from diverging and follow noise less than 1; smaller ones do more so.',
  }),
  gamma_probe: param(float({ min: 0 }), {
    default: 0.2,
    help: 'Step of the probe update, likewise.',
  }),
});

/** Iterative least squares (Odstrčil, Menzel & Guizar-Sicairos, Opt. Express 26, 3108, 2018). */
export const LSQML = extend(COMMON, {
  name: param(text(), {
    default: 'LSQML',
    help: 'Iterative least-squares maximum likelihood (Odstrčil, Menzel & Guizar-Sicairos 2018).',
  }),
  ML_type: param(choice(['euclid', 'poisson'], { Euclid: 'euclid', Poisson: 'poisson' }), {
    default: 'euclid',
    help: 'Noise model.',
  }),
  batches: param(int({ min: 1 }), {
    default: 10,
    help: 'Parts the views are divided into at random in each iteration; object and probe are updated after each. More parts converge faster, fewer suit noisy data.',
  }),
  alpha: param(float({ min: 0 }), {
    default: 1,
    help: 'Step of the object update, in units of the best step.',
  }),
  beta: param(float({ min: 0 }), {
    default: 1,
    help: 'Step of the probe update, in units of the best step.',
  }),
  damping: param(float({ above: 0 }), {
    default: 0.1,
    help: 'Keeps updates small where little light went: added to the divisor of both updates, as a fraction of its largest value.',
  }),
  probe_update_start: probeUpdateStart(0),
  probe_center_tol: probeCenterTolerance,
  clip_object: clipObject,
  seed: param(int({ min: 0 }), { default: 0, help: 'Seed of the random parts.' }),
});

/** Maximum likelihood (Thibault & Guizar-Sicairos, New J. Phys. 14, 063004, 2012). */
export const ML = extend(COMMON, {
  name: param(text(), { default: 'ML', help: 'Maximum likelihood (Thibault & Guizar-Sicairos 2012).' }),
  ML_type: param(
    choice(['gaussian', 'poisson', 'euclid'], { Gaussian: 'gaussian', Poisson: 'poisson', Euclid: 'euclid' }),
    { default: 'gaussian', help: 'Noise model.' },
  ),
  floating_intensities: param(bool(), {
    default: false,
    help: 'Scale the model of each frame to the measured one, for a beam of changing intensity.',
  }),
  intensity_renormalization: ignored('Intensities are photon counts.'),
  reg_del2: param(bool(), { default: false, help: 'Favour smooth objects (Gaussian prior).' }),
  reg_del2_amplitude: param(float({ min: 0 }), { default: 0.01, help: 'Strength of that prior.' }),
  smooth_gradient: param(float({ min: 0 }), {
    default: 0,
    unit: 'pixel',
    help: 'Width of the Gaussian the gradient of the object is smoothed with. 0: none.',
  }),
  smooth_gradient_decay: param(float({ min: 0, max: 1 }), {
    default: 0,
    help: 'Fraction by which that width shrinks every iteration.',
  }),
  smooth_gradient_method: param(choice(['convolution', 'fft']), {
    default: 'convolution',
    help: 'How it is smoothed, with the same result: `fft` is faster for wide Gaussians.',
  }),
  scale_precond: param(bool(), {
    default: false,
    help: 'Scale the probe against the object by their gradients; faster for weak objects.',
  }),
  scale_probe_object: param(float({ above: 0 }), {
    default: 1,
    help: 'Scale of the probe relative to the object.',
  }),
  probe_update_start: probeUpdateStart(2),
  poly_line_coeffs: ignored('The step is the minimum of the parabola of the loss.'),
  wavefield_precond: param(bool(), {
    default: false,
    help: 'Divide the gradients by the root of the light that fell on each pixel: dimly lit parts converge sooner.',
  }),
  wavefield_delta_object: param(float({ above: 0 }), {
    default: 0.1,
    unit: 'photons',
    help: 'Added to Σ|P|² of each pixel of the object under that root.',
  }),
  wavefield_delta_probe: param(float({ above: 0 }), {
    default: 0.1,
    help: 'Added to Σ|O|² of each pixel of the probe under that root.',
  }),
});

/** What an engine builds on from its first iteration: fixed while it runs. All else may change between iterations. */
export const SET_AT_START: ReadonlySet<string> = new Set([
  'name',
  'probe_support',
  'position_refinement',
  'object_regul_mask',
  'object_regul_fill',
  'object_regul_start',
  'object_regul_stop',
  'ML_type',
  'floating_intensities',
  'wavefield_precond',
]);

/** Declarations of the engines' parameters by name. */
export const ENGINES = { DM, RAAR, EPIE, RPIE, ML, LSQML };

export type EngineName = keyof typeof ENGINES;

/** Checked parameters of the engines by name. */
export type EngineParameters = { readonly [N in EngineName]: Values<(typeof ENGINES)[N]> };

/** Parameters of the engines by name, as a user may give some of them. */
export type EngineGiven = { readonly [N in EngineName]: Given<(typeof ENGINES)[N]> };

export type PositionRefinementParameters = Values<typeof POSITION_REFINEMENT>;
export type DmParameters = EngineParameters['DM'];
export type RaarParameters = EngineParameters['RAAR'];
export type EpieParameters = EngineParameters['EPIE'];
export type RpieParameters = EngineParameters['RPIE'];
export type LsqmlParameters = EngineParameters['LSQML'];
export type MlParameters = EngineParameters['ML'];

/** The same declarations for who looks them up by a name that users write. */
export const ENGINE_GROUPS: ReadonlyMap<string, ParamGroup> = new Map<string, ParamGroup>(
  Object.entries(ENGINES),
);
