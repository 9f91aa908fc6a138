/** Statistics and resolution as lines for a terminal. */
import type { ScanStatistics } from '../quality/scan-statistics.ts';
import type { Resolution, ResolutionReport } from '../run/resolution.ts';
import { countText, frequencyText, lengthText, percentText } from './quantities.ts';

export function statisticsText(scan: string, statistics: ScanStatistics): string {
  const { frames, meanPhotons, brightestPhotons, stepM, probeDiameterM, overlap, modePowers } = statistics;
  const { viewsPerPixel, photonsPerPixel, photonsPerUm2 } = statistics;
  const across = `probe ${lengthText(probeDiameterM)} across (90 % of its power)`;
  const lines = [
    `${scan}: ${frames} frames of ${countText(meanPhotons)} photons on average, ${countText(brightestPhotons)} in the brightest`,
    Number.isNaN(stepM)
      ? `${scan}: ${across}`
      : `${scan}: step ${lengthText(stepM)}, ${across}, linear overlap ${percentText(overlap)}`,
    `${scan}: a lit pixel has ${countText(viewsPerPixel)} views and ${countText(photonsPerPixel)} photons, ` +
      `${countText(photonsPerUm2)} photons/µm²`,
  ];
  if (modePowers.length > 1) {
    lines.push(`${scan}: orthogonal probe modes with ${modePowers.map(percentText).join(', ')} of the power`);
  }
  return lines.join('\n');
}

export function resolutionText({ object, shape, psizeM, halfBit, oneBit, twin }: ResolutionReport): string {
  const size = psizeM.map(lengthText).join(' x ');
  const lines = [
    `${object}: Fourier ring correlation of ${shape.join('x')} pixels of ${size}`,
    `½ bit: ${limitText(halfBit, psizeM)}`,
    `1 bit: ${limitText(oneBit, psizeM)}`,
  ];
  if (twin) {
    lines.push(
      'one agrees with the other turned by 180° and conjugated, its twin image: compare signs and orientation of the positions',
    );
  }
  return lines.join('\n');
}

function limitText(resolution: Resolution, psizeM: readonly number[]): string {
  const { limit, frequency, halfPeriodM, fullPeriodM, longestPeriodM } = resolution;
  if (limit === 'identical') return 'no resolution: both are the same object, noise included';
  const longer = longestPeriodM === null ? '' : `; periods above ${lengthText(longestPeriodM)} disagree`;
  if (limit === 'pixel size') {
    return `no crossing: limited by the pixel size, ${lengthText(Math.max(...psizeM))}${longer}`;
  }
  if (frequency === null || halfPeriodM === null || fullPeriodM === null) {
    return 'no resolution: nothing in common, no three rings one after the other agree';
  }
  const place = frequencyText(frequency);
  return `resolution ${lengthText(halfPeriodM)} half period (${lengthText(fullPeriodM)} full period), crossing at ${place}${longer}`;
}
