/**
 * What happens where a parameter that changes numbers is not given, in words: where the default is more than a value that stands
 * in for the one not given, or deserves a warning. Names are those of the declarations.
 */

/** Of `scans.<label>.data`, and of single scan classes. */
export const DATA_EFFECTS: Readonly<Record<string, string>> = {
  source: 'The class loads its own frames; `PtydScan` reads `dfile`.',
  auto_center: 'ptyflow looks for the optical axis in the frames only if `center` is none.',
  rebin: 'Frames keep their pixels.',
  rebin_mode: 'Counts of binned pixels are added: photon counts stay counts.',
  orientation: 'Frames stay as the file has them.',
  num_frames:
    'All frames that have positions are used; of a prepared file all that it holds, whatever is given.',
  positions_theory: 'Positions are those that come with the frames, else those of the whole scan.',
  positions_unit: 'Positions are in metres, unless a prepared file states `pixel`.',
  shape:
    'Raw frames are cut to this region around `center`. Loaders of HDF5 files and folders take whole frames.',
  force_square: 'Regions may be rectangular.',
  center:
    'The optical axis is assumed to be in the middle of the raw frame, N//2. A wrong axis becomes a phase ramp of the probe.',
  psize:
    'Taken from the data. Raw data without it is an error that names the parameter. A prepared file without it can be ' +
    'reconstructed only if its positions count pixels; results are then in pixels.',
  distance: 'As `psize`.',
  energy:
    'As `psize`. Nothing is assumed: the 7.2 keV, 7.19 m and 172 µm of ptypy are those of one beamline.',
  electron_data: 'Photons: wavelength hc/E. Energies above 150 keV give a warning.',
  propagation: 'From the prepared file; otherwise far field.',
  add_poisson_noise: 'Frames are taken as they are. `MoonFlowerScan` adds noise.',
  saturation: 'No count is too high; markers of bad pixels are still masked.',
  hot_pixels: 'Hot pixels are not looked for.',
  on_bad_frame: 'A frame that cannot be read stops the run.',
  on_incomplete:
    'A prepared file with fewer frames than it announces stops the run; with `--follow` the run waits for them.',
  'intensities.key': 'Needed: there is no default.',
  'positions.slow_multiplier': 'Positions are assumed to be in metres.',
  'positions.fast_multiplier': 'Positions are assumed to be in metres.',
  'mask.key': 'All pixels are good, except those with impossible counts.',
  'mask.invert': 'Values above 0 are good.',
  'darkfield.key': 'No dark field is subtracted.',
  'flatfield.key': 'Frames are not divided by a flat field.',
  'normalisation.key': 'Frames are not scaled by the incident intensity.',
  'framefilter.key': 'All frames are used.',
  'frameorder.indices': 'Frames keep their order.',
  'recorded_energy.key': 'The energy must be given as `energy`.',
  'recorded_distance.key': 'The distance must be given as `distance`.',
  'recorded_psize.key': 'The pixel size must be given as `psize`.',
  outer_index: 'Datasets have no axis beyond those of the scan.',
  padding: 'Nothing is added around the frames.',
  positions_multiplier: 'Positions are assumed to be in metres.',
  positions_file: 'Positions must be given as `positions_theory`.',
};

/** Of `scans.<label>`: illumination, sample, coherence and the rest. */
export const SCAN_EFFECTS: Readonly<Record<string, string>> = {
  'illumination.model':
    'Aperture and propagation if a size is given; otherwise several probes are tried on some frames and the best one is taken.',
  'illumination.photons':
    'The probe gets the photons of the brightest frame; a probe of a reconstruction keeps its own.',
  'illumination.size': 'No aperture by this name.',
  'illumination.aperture.size': 'There is no aperture: the probe is found from the frames.',
  'illumination.propagation.focussed': 'No lens behind the aperture.',
  'illumination.propagation.parallel': 'The wave is not propagated further.',
  'illumination.diversity.noise':
    'Further modes begin as the first with this noise on them; with one mode nothing.',
  'sample.model': 'The object begins as `fill` everywhere.',
  'sample.diversity.noise': 'Further modes of the object begin as the first.',
  'coherence.num_probe_modes': 'The light is assumed to be coherent.',
  'coherence.num_object_modes': 'The object is assumed not to change.',
  resample: 'The probe is assumed to fit into the field of view of a frame.',
  propagation: 'From the data: `data.propagation`, or the prepared file.',
  'sharing.probe_share_with': 'The scan has a probe of its own.',
  'sharing.object_share_with': 'The scan has an object of its own.',
};

/** Of all engines that have them. */
export const ENGINE_EFFECTS: Readonly<Record<string, string>> = {
  numiter: 'This many iterations, whether or not the errors still fall.',
  probe_support: 'The probe is held to a disc of this part of the frame; none: the whole frame.',
  position_refinement: 'Positions stay as measured.',
  'position_refinement.amplitude':
    'Shifts of up to 1 µm are tried, whatever the pixel of the sample: give it for electrons and lasers.',
  'position_refinement.max_shift':
    'Positions stay within 2 µm of the measured ones, whatever the pixel of the sample.',
  probe_update_start: 'The probe of the start is trusted before this iteration.',
  clip_object: 'Amplitudes of the object are not limited.',
  floating_intensities: 'The intensity of the light is assumed to be the same in all frames.',
};
