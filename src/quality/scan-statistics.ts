/** What a scan was like, told by its frames, its positions and the probe that was found. */
import { ndarray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';
import { fluence, sumOfViews } from './fluence.ts';
import { modePowers } from './mode-powers.ts';
import { coreDiameter, coreOf } from './probe-core.ts';
import { medianStep } from './scan-step.ts';

/** What a scan was like. */
export interface ScanStatistics {
  /** Frames of all ranks. */
  readonly frames: number;
  /** Photons of a frame on valid pixels: mean over frames, and the brightest. */
  readonly meanPhotons: number;
  readonly brightestPhotons: number;
  /** Median distance from a position to the nearest other one, m; NaN for a single position. */
  readonly stepM: number;
  /** Diameter of the disc as large as the brightest pixels that hold 90 % of the probe's power, m. */
  readonly probeDiameterM: number;
  /** Linear overlap, 1 − step/diameter (Bunk et al., Ultramicroscopy 108, 481, 2008); below 0: gaps. NaN for a single position. */
  readonly overlap: number;
  /** Lit are pixels that those 90 % of any view reach. Their area, m². */
  readonly litAreaM2: number;
  /** Mean number of views on a lit pixel. */
  readonly viewsPerPixel: number;
  /** Photons that fell on a lit pixel during the scan, mean: Σ|P|² over views and modes of the probe. */
  readonly photonsPerPixel: number;
  /** The same on an area, photons/µm²; NaN where metres are not known. */
  readonly photonsPerUm2: number;
  /** Fractions of the probe's power in its modes once they are orthogonal, largest first. */
  readonly modePowers: readonly number[];
}

/** Of one scan of the model, as it is now. Throws `DataError` for a scan that is not there. Collective. */
export async function scanStatistics(model: Model, label: string): Promise<ScanStatistics> {
  const { backend } = model;
  const { positions, probeId, objectId } = model.positionsOf(label);
  const { array, geometry } = model.probe(probeId);
  const probe = await backend.read(array);
  const pixelM2 = geometry.resolutionM[0] * geometry.resolutionM[1];
  const frames = await framePhotons(model, label);

  const views = await sumOfViews(model, objectId, coreOf, label);
  const photons = await fluence(model, objectId, label);
  let [lit, onLit, viewsOnLit] = [0, 0, 0];
  for (let i = 0; i < views.data.length; i++) {
    if (views.data[i] === 0) continue;
    lit++;
    viewsOnLit += views.data[i];
    onLit += photons.data[i];
  }
  const stepM = medianStep(positions.data);
  const probeDiameterM = coreDiameter(probe) * Math.sqrt(pixelM2);
  return {
    ...frames,
    stepM,
    probeDiameterM,
    overlap: 1 - stepM / probeDiameterM,
    litAreaM2: lit * pixelM2,
    viewsPerPixel: viewsOnLit / lit,
    photonsPerPixel: onLit / lit,
    photonsPerUm2: geometry.inPixels === true ? NaN : onLit / lit / (pixelM2 * 1e12),
    modePowers: modePowers(probe),
  };
}

async function framePhotons(
  model: Model,
  label: string,
): Promise<Pick<ScanStatistics, 'frames' | 'meanPhotons' | 'brightestPhotons'>> {
  const { backend, communicator } = model;
  const blocks = model.blocks.filter(({ scan }) => scan === label).map(({ block }) => block);
  const powers = await Promise.all(blocks.map((block) => backend.power(block)));
  const frames = blocks.reduce((sum, { views }) => sum + views, 0);
  const total = powers.reduce((sum, power) => sum + power.total, 0);
  const largest = powers.reduce((most, power) => Math.max(most, power.largest), 0);
  const sums = ndarray('float64', [2], Float64Array.of(frames, total));
  await communicator.allReduce(sums);
  const brightest = ndarray('float64', [1], Float64Array.of(largest));
  await communicator.allReduce(brightest, 'max');
  return {
    frames: sums.data[0],
    meanPhotons: sums.data[1] / sums.data[0],
    brightestPhotons: brightest.data[0],
  };
}
