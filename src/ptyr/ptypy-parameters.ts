/**
 * The parameters that ptypy 0.9 knows, with the types it accepts. It refuses to open a reconstruction whose parameters hold any
 * other name, or another type; names of scan classes and engines among them.
 */

/** Members by name; the types of a parameter with a blank between them: bool int float complex str list. */
export interface Known {
  readonly [name: string]: string | Known;
}

const DIVERSITY: Known = { noise: 'list', power: 'float list', shift: 'float' };

const FULL: Known = {
  name: 'str',
  tags: 'list',
  propagation: 'str',
  ffttype: 'str',
  resample: 'int',
  resolution: 'float',
  coherence: {
    num_probe_modes: 'int',
    num_object_modes: 'int',
    energies: 'list',
    spectrum: 'list',
    object_dispersion: 'str',
    probe_dispersion: 'str',
  },
  illumination: {
    model: 'str',
    photons: 'float',
    recon: { label: 'str', rfile: 'str' },
    aperture: {
      form: 'str',
      size: 'float list',
      edge: 'float',
      central_stop: 'float',
      offset: 'float list',
      rotate: 'float',
    },
    propagation: { focussed: 'float', parallel: 'float', spot_size: 'float', antialiasing: 'float' },
    diversity: DIVERSITY,
  },
  sample: {
    model: 'str',
    fill: 'float complex',
    recon: { rfile: 'str' },
    stxm: { label: 'str' },
    diversity: DIVERSITY,
  },
};

const VANILLA: Known = {
  name: 'str',
  tags: 'list',
  propagation: 'str',
  ffttype: 'str',
  resample: 'int',
  illumination: { size: 'float' },
  sample: { fill: 'float complex' },
};

/** By the name of the scan's model. */
export const SCANS: Known = {
  Full: FULL,
  BlockFull: FULL,
  Vanilla: VANILLA,
  BlockVanilla: VANILLA,
  GradFull: { ...FULL, illumination: 'str', sample: 'str' },
  BlockGradFull: { ...FULL, illumination: 'str', sample: 'str' },
};

const DATA: Known = {
  name: 'str',
  dfile: 'str',
  chunk_format: 'str',
  save: 'str',
  auto_center: 'bool',
  load_parallel: 'str',
  rebin: 'int',
  orientation: 'int list',
  min_frames: 'int',
  num_frames: 'int',
  label: 'str',
  experimentID: 'str',
  version: 'float',
  shape: 'int list',
  center: 'list str',
  psize: 'float list',
  distance: 'float',
  energy: 'float',
  add_poisson_noise: 'bool',
};

const ENTRY: Known = { file: 'str', key: 'str' };

const HDF5: Known = {
  ...DATA,
  intensities: ENTRY,
  positions: {
    file: 'str',
    slow_key: 'str',
    slow_multiplier: 'float',
    slow_index: 'int',
    fast_key: 'str',
    fast_multiplier: 'float',
    fast_index: 'int',
    bounding_box: { fast_axis_bounds: 'int list', slow_axis_bounds: 'int list' },
    skip: 'int',
  },
  mask: { ...ENTRY, invert: 'bool' },
  flatfield: ENTRY,
  darkfield: ENTRY,
  normalisation: { ...ENTRY, sigma: 'int' },
  framefilter: ENTRY,
  recorded_energy: { ...ENTRY, multiplier: 'float', offset: 'float' },
  recorded_distance: { ...ENTRY, multiplier: 'float' },
  recorded_psize: { ...ENTRY, multiplier: 'float' },
  outer_index: 'int',
  padding: 'int list',
  electron_data: 'bool',
  frameorder: { indices: 'list' },
};

/** By the name of the scan class. `PtyScan` is what all are. */
export const SCAN_CLASSES: Known = {
  PtyScan: DATA,
  PtydScan: { ...DATA, source: 'str' },
  MoonFlowerScan: {
    ...DATA,
    density: 'float',
    model: 'str',
    photons: 'float',
    psf: 'float',
    block_wait_count: 'int',
  },
  QuickScan: { ...DATA, density: 'float' },
  Hdf5Loader: HDF5,
  Hdf5LoaderFast: HDF5,
};

const ENGINE: Known = {
  name: 'str',
  numiter: 'int',
  numiter_contiguous: 'int',
  probe_support: 'float',
  probe_fourier_support: 'float',
  record_local_error: 'bool',
  position_refinement: {
    method: 'str',
    start: 'int',
    stop: 'int',
    interval: 'int',
    nshifts: 'int',
    amplitude: 'float',
    amplitude_decay: 'bool',
    max_shift: 'float',
    metric: 'str',
    record: 'bool',
  },
  probe_update_start: 'int',
};

const PROJECTION: Known = {
  ...ENGINE,
  subpix_start: 'int',
  subpix: 'str',
  update_object_first: 'bool',
  overlap_converge_factor: 'float',
  overlap_max_iterations: 'int',
  probe_inertia: 'float',
  object_inertia: 'float',
  fourier_power_bound: 'float',
  fourier_relax_factor: 'float',
  obj_smooth_std: 'float',
  clip_object: 'list',
  probe_center_tol: 'float',
  compute_log_likelihood: 'bool',
};

/** By the name of the engine. */
export const ENGINES: Known = {
  DM: { ...PROJECTION, alpha: 'float' },
  RAAR: { ...PROJECTION, beta: 'float' },
  EPIE: {
    ...ENGINE,
    probe_center_tol: 'float',
    compute_log_likelihood: 'bool',
    alpha: 'float',
    beta: 'float',
    object_norm_is_global: 'bool',
  },
  ML: {
    ...ENGINE,
    ML_type: 'str',
    floating_intensities: 'bool',
    intensity_renormalization: 'float',
    reg_del2: 'bool',
    reg_del2_amplitude: 'float',
    smooth_gradient: 'float',
    smooth_gradient_decay: 'float',
    scale_precond: 'bool',
    scale_probe_object: 'float',
    poly_line_coeffs: 'str',
    wavefield_precond: 'bool',
    wavefield_delta_object: 'float',
    wavefield_delta_probe: 'float',
  },
};

/** All but `scans` and `engines`. */
export const RUN: Known = {
  verbose_level: 'str int',
  data_type: 'str',
  run: 'str',
  frames_per_block: 'int',
  min_frames_for_recon: 'int',
  dry_run: 'bool',
  ipython_kernel: 'bool',
  io: {
    home: 'str',
    rfile: 'str',
    rformat: 'str',
    interaction: { active: 'bool' },
    autosave: { active: 'bool', interval: 'int', rfile: 'str' },
    autoplot: {
      active: 'bool',
      imfile: 'str',
      interval: 'int',
      threaded: 'bool',
      layout: 'str',
      dump: 'bool',
      make_movie: 'bool',
    },
    benchmark: 'str',
  },
};
