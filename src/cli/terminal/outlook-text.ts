/** What a configuration will do, as lines for a terminal. */
import type { Pair } from '../../frames/pair.ts';
import type { Outlook, RunOutlook, ScanOutlook } from '../../run/reports.ts';
import { duration } from '../../run/words/event-text.ts';
import { bytesText, lengthText, numberText } from '../../geometry/quantities.ts';

export function outlookText({ scans, missing, run }: Outlook): string {
  return [
    ...scans.map(scanText),
    ...missing.map(
      ({ scan, source }) => `${scan}: ${source} does not exist yet: the scan could not be checked`,
    ),
    ...(run === undefined ? [] : [runText(run)]),
  ].join('\n');
}

function scanText(scan: ScanOutlook): string {
  const frames = scan.frames === null ? 'an unknown number of' : String(scan.frames);
  const { energyKeV, distanceM, psizeM, inPixels = false } = scan;
  const light = [
    energyKeV === null ? 'energy not known' : `${numberText(energyKeV)} keV`,
    distanceM === null ? 'distance not known' : lengthText(distanceM),
    `${scan.propagation === 'farfield' ? 'far' : 'near'} field`,
  ].join(', ');
  const show = (pair: Pair): string => lengths(pair, inPixels);
  const scanned = scan.scannedM === null ? '' : `, positions over ${show(scan.scannedM)}`;
  const object = scan.object === null ? '' : `, object of ${scan.object.join('x')} pixels`;
  return [
    `${scan.scan}: ${frames} frames of ${scan.shape.join('x')} pixels${psizeM === null ? '' : ` of ${lengths(psizeM)}`}, centre (${scan.center.map((value) => value.toFixed(2)).join(', ')})`,
    `${scan.scan}: ${light}; sample pixel ${show(scan.resolutionM)}, field of view ${show(scan.viewM)}${scanned}${object}`,
  ].join('\n');
}

function runText({ memoryBytes, seconds, engines }: RunOutlook): string {
  if (memoryBytes === null) return 'memory and time: unknown until the number of frames is known';
  const each = engines.map(({ engine, seconds: part }) => `${engine} ${duration(part ?? 0)}`).join(', ');
  const time =
    engines.length === 0
      ? ''
      : `; engines about ${duration(seconds ?? 0)} on one core${engines.length > 1 ? ` (${each})` : ''}`;
  return `needs about ${bytesText(memoryBytes)} of memory${time}`;
}

/** One length where both axes agree. */
function lengths([rows, cols]: Pair, inPixels = false): string {
  const [height, width] = [lengthText(rows, inPixels), lengthText(cols, inPixels)];
  return rows === cols ? height : `${height} x ${width}`;
}
