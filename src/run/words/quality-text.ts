/** Statistics and resolution as lines for people. */
import type { ScanStatistics } from '../../quality/scan-statistics.ts';
import type { Resolution } from '../reports.ts';
import type { ResolutionReport } from '../reports.ts';
import { countText, frequencyText, lengthText, percentText } from '../../geometry/quantities.ts';

export function statisticsText(
  scan: string,
  { inPixels = false, ...statistics }: ScanStatistics & { readonly inPixels?: boolean },
): string {
  const { frames, meanPhotons, brightestPhotons, stepM, probeDiameterM, overlap, modePowers } = statistics;
  const { viewsPerPixel, photonsPerPixel, photonsPerUm2 } = statistics;
  const across = `probe ${lengthText(probeDiameterM, inPixels)} across (90 % of its power)`;
  const lines = [
    `${scan}: ${frames} frames of ${countText(meanPhotons)} photons on average, ${countText(brightestPhotons)} in the brightest`,
    Number.isNaN(stepM)
      ? `${scan}: ${across}`
      : `${scan}: step ${lengthText(stepM, inPixels)}, ${across}, linear overlap ${percentText(overlap)}`,
    `${scan}: a lit pixel has ${countText(viewsPerPixel)} views and ${countText(photonsPerPixel)} photons` +
      (Number.isNaN(photonsPerUm2) ? '' : `, ${countText(photonsPerUm2)} photons/µm²`),
  ];
  if (modePowers.length > 1) {
    lines.push(`${scan}: orthogonal probe modes with ${modePowers.map(percentText).join(', ')} of the power`);
  }
  return lines.join('\n');
}

export function resolutionText(report: ResolutionReport): string {
  const { object, shape, psizeM, halfBit, oneBit, twin, inPixels = false } = report;
  const size = psizeM.map((length) => lengthText(length, inPixels)).join(' x ');
  const lines = [
    `${object}: Fourier ring correlation of ${shape.join('x')} pixels of ${size}`,
    `½ bit: ${limitText(halfBit, psizeM, inPixels)}`,
    `1 bit: ${limitText(oneBit, psizeM, inPixels)}`,
  ];
  if (twin) {
    lines.push(
      'one agrees with the other turned by 180° and conjugated, its twin image: compare signs and orientation of the positions',
    );
  }
  return lines.join('\n');
}

function limitText(resolution: Resolution, psizeM: readonly number[], inPixels: boolean): string {
  const { limit, frequency, halfPeriodM, fullPeriodM, longestPeriodM } = resolution;
  if (limit === 'identical') return 'no resolution: both are the same object, noise included';
  const longer =
    longestPeriodM === null ? '' : `; periods above ${lengthText(longestPeriodM, inPixels)} disagree`;
  if (limit === 'pixel size') {
    return `no crossing: limited by the pixel size, ${lengthText(Math.max(...psizeM), inPixels)}${longer}`;
  }
  if (frequency === null || halfPeriodM === null || fullPeriodM === null) {
    return 'no resolution: nothing in common, no three rings one after the other agree';
  }
  const place = frequencyText(frequency, inPixels);
  return `resolution ${lengthText(halfPeriodM, inPixels)} half period (${lengthText(fullPeriodM, inPixels)} full period), crossing at ${place}${longer}`;
}
