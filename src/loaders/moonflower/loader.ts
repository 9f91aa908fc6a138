/** A simulated scan with a known answer; the physics is in `simulation/moonflower.ts`. */
import type { LoadedFrames, RawMeta } from '../../frames/raw.ts';
import { extend, param, withDefaults } from '../../params/declare.ts';
import { madeGeometry, SCAN_DATA } from '../../params/scan-data.ts';
import { bool, choice, float, int } from '../../params/types.ts';
import { PtyScan, type Availability } from '../../scan/pty-scan.ts';
import { withErrors } from '../../simulation/position-errors.ts';
import { createMoonflowerExperiment, type MoonflowerExperiment } from '../../simulation/moonflower.ts';
import type { NdArray, RealDType } from '../../array/ndarray.ts';

const PARAMETERS = extend(withDefaults(SCAN_DATA, { shape: [128, 128] }), {
  ...madeGeometry({ energy: 6.2, distance: 7, psize: 1.72e-4 }),
  num_frames: param(int({ min: 1 }), { default: 100, unit: 'frames', help: 'Frames of the scan.' }),
  add_poisson_noise: param(bool(), {
    default: true,
    help: 'Photon noise; without it frames are mean counts.',
  }),
  photons: param(float({ above: 0 }), { default: 1e8, unit: 'photons', help: 'Photons in the probe.' }),
  density: param(float({ above: 0 }), {
    default: 0.2,
    help: 'Scan step as a fraction of the width of the illumination frame.',
  }),
  model: param(choice(['round', 'raster']), { default: 'round', help: 'Scan pattern.' }),
  psf: param(float({ min: 0 }), {
    default: 0,
    unit: 'pixel',
    help: 'Standard deviation of the point spread of the detector.',
  }),
  position_error: param(float({ min: 0 }), {
    default: 0,
    unit: 'pixel',
    help: 'Random error of the measured positions, uniform up to this along each axis; frames are those of the true ones. Not in ptypy.',
  }),
  seed: param(int({ min: 0 }), {
    default: 0,
    help: 'Seed of the noise and of the position errors: the same seed gives the same frames.',
  }),
  block_wait_count: param(int({ min: 0 }), {
    default: 0,
    help: 'How many times the answer is WAIT before each chunk, to rehearse a scan that is still running.',
  }),
});

/** Frames that are computed before signals are let in. */
const FRAMES_AT_ONCE = 8;

/** A simulated scan with a known answer: a flower of a phase object in a round probe. Frames are counts, photons. */
export class MoonFlowerScan extends PtyScan<typeof PARAMETERS> {
  static override readonly scanName: string = 'MoonFlowerScan';
  static override readonly parameters = PARAMETERS;
  #experiment: MoonflowerExperiment | undefined;
  #waits = 0;

  get #scan(): MoonflowerExperiment {
    const { shape, num_frames, photons, density, model, psf, add_poisson_noise, seed, ...rest } = this.info;
    const { energy, distance, psize, propagation } = rest;
    this.#experiment ??= createMoonflowerExperiment({
      ...{ num_frames, photons, density, model, psf, add_poisson_noise, seed },
      ...{ shape: shape ?? 128, energy, distance, psize, propagation },
    });
    return this.#experiment;
  }

  protected override loadPositions(): NdArray<'float64'> {
    const { positionsM, geometry } = this.#scan;
    const { position_error: error, seed } = this.info;
    return error === 0 ? positionsM : withErrors(positionsM, geometry.resolutionM, error, seed);
  }

  protected override loadCommon(): RawMeta {
    return { frameShape: this.#scan.geometry.shape };
  }

  protected override async check(frames: number, start: number): Promise<Availability> {
    const wait = this.#waits < this.info.block_wait_count;
    this.#waits = wait ? this.#waits + 1 : 0;
    return wait ? { accessible: 0, endOfScan: false } : super.check(frames, start);
  }

  protected override async load(indices: readonly number[]): Promise<LoadedFrames> {
    await this.#scan.draw(() => this.breathe());
    const frames: NdArray<RealDType>[] = [];
    for (const index of indices) {
      frames.push(this.#scan.frame(index));
      if (frames.length % FRAMES_AT_ONCE === 0) await this.breathe();
    }
    return { frames };
  }
}
