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

export function resolutionText({ object, shape, psizeM, halfBit, oneBit }: ResolutionReport): string {
  const size = psizeM.map(lengthText).join(' x ');
  return [
    `${object}: Fourier ring correlation of ${shape.join('x')} pixels of ${size}`,
    `½ bit: ${limitText(halfBit, psizeM)}`,
    `1 bit: ${limitText(oneBit, psizeM)}`,
  ].join('\n');
}

function limitText(
  { limit, frequency, halfPeriodM, fullPeriodM }: Resolution,
  psizeM: readonly number[],
): string {
  if (limit === 'pixel size') {
    return `no crossing: limited by the pixel size, ${lengthText(Math.max(...psizeM))}`;
  }
  if (frequency === null || halfPeriodM === null || fullPeriodM === null) {
    return 'below the threshold from the lowest frequency on: nothing in common';
  }
  const place = frequencyText(frequency);
  return `resolution ${lengthText(halfPeriodM)} half period (${lengthText(fullPeriodM)} full period), crossing at ${place}`;
}
