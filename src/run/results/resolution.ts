/** The resolution of a reconstruction: its object compared with that of another, told as an event and drawn as a picture. */
import type { Png } from '../../pictures/figures/figures.ts';
import type { FrcThreshold } from '../../pictures/figures/frc-figure.ts';
import { compareObjects, type ObjectComparison } from '../../quality/frc/frc-objects.ts';
import type { Crossing } from '../../quality/frc/frc-crossing.ts';
import { litObject, type Reconstruction } from '../../quality/lit-object.ts';
import { twinOf } from '../../quality/frc/twin.ts';
import type { Resolution, ResolutionReport } from '../reports.ts';

export interface Named {
  /** In messages. */
  readonly name: string;
  readonly content: Reconstruction;
  /** Storage ID of the object to compare. */
  readonly object: string;
}

/** Throws `DataError` for objects that cannot be compared. */
export function resolutionOf(first: Named, second: Named): ResolutionReport {
  const [one, two] = [first, second].map(({ name, content, object }) => litObject(name, content, object));
  const found = compareObjects(one, two);
  const object = first.object === second.object ? first.object : `${first.object} and ${second.object}`;
  const unit = one.field.inPixels === true ? { inPixels: true as const } : {};
  return {
    ...report(object, found, !isCommon(found) && isCommon(compareObjects(one, twinOf(two)))),
    ...unit,
  };
}

function isCommon({ halfBitCrossing }: ObjectComparison): boolean {
  return halfBitCrossing.kind !== 'below';
}

function report(object: string, found: ObjectComparison, twin: boolean): ResolutionReport {
  const { frequency, correlation, halfBit, oneBit, shape, psizeM, shift } = found;
  return {
    object,
    halfBit: resolution(found.halfBitCrossing, found.identical),
    oneBit: resolution(found.oneBitCrossing, found.identical),
    shape,
    psizeM,
    shift,
    decidesFrom: frequency.at(found.firstDeciding) ?? frequency[frequency.length - 1],
    twin,
    curve: { frequency, correlation, halfBit, oneBit },
  };
}

function resolution(crossing: Crossing, identical: boolean): Resolution {
  const none = { frequency: null, fullPeriodM: null, halfPeriodM: null, longestPeriodM: null };
  if (identical) return { ...none, limit: 'identical' };
  if (crossing.kind === 'below') return { ...none, limit: 'nothing in common' };
  const longestPeriodM = crossing.from === null ? null : 1 / crossing.from;
  if (crossing.kind === 'above') return { ...none, limit: 'pixel size', longestPeriodM };
  const { frequency } = crossing;
  return {
    limit: 'crossing',
    frequency,
    fullPeriodM: 1 / frequency,
    halfPeriodM: 0.5 / frequency,
    longestPeriodM,
  };
}

/** Why a threshold is not crossed, for the picture. */
const REASONS = {
  'pixel size': 'limited by the pixels',
  'nothing in common': 'nothing in common',
  identical: 'twice the same object',
} as const;

export async function resolutionPicture(
  { curve, halfBit, oneBit, decidesFrom, inPixels }: ResolutionReport,
  title: string,
): Promise<Png> {
  const { frcFigure } = await import('../../pictures/figures/figures.ts');
  return frcFigure({
    ...curve,
    inPixels,
    title,
    decidesFrom,
    thresholds: [
      { name: '½ bit', values: curve.halfBit, ...crossingOf(halfBit) },
      { name: '1 bit', values: curve.oneBit, ...crossingOf(oneBit) },
    ],
  });
}

function crossingOf({ limit, frequency }: Resolution): Pick<FrcThreshold, 'crossing' | 'reason'> {
  return { crossing: frequency, ...(limit === 'crossing' ? {} : { reason: REASONS[limit] }) };
}
