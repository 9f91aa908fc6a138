/** The resolution of a reconstruction: its object compared with that of another, told as an event and drawn as a picture. */
import { frcFigure, type Png } from '../pictures/figures.ts';
import { compareObjects, type ObjectComparison } from '../quality/frc-objects.ts';
import type { Crossing } from '../quality/frc-threshold.ts';
import { litObject, type Reconstruction } from '../quality/lit-object.ts';

/** Where a correlation falls below one threshold. */
export interface Resolution {
  /** What limits the resolution: the signal (`crossing`), the pixel size, or nothing is in common. */
  readonly limit: 'crossing' | 'pixel size' | 'nothing in common';
  /** Spatial frequency of the crossing, 1/m, its full period 1/f and half of it, m; null without a crossing. */
  readonly frequency: number | null;
  readonly fullPeriodM: number | null;
  readonly halfPeriodM: number | null;
}

export interface ResolutionReport {
  /** Storage ID of the object. */
  readonly object: string;
  readonly halfBit: Resolution;
  readonly oneBit: Resolution;
  /** Pixels (rows, cols) compared, and their size, m. */
  readonly shape: readonly [number, number];
  readonly psizeM: readonly [number, number];
  /** Pixels (row, col) that the second object was moved by. */
  readonly shift: readonly [number, number];
  /** One value for each ring of spatial frequency; frequencies in 1/m. */
  readonly curve: {
    readonly frequency: readonly number[];
    readonly correlation: readonly number[];
    readonly halfBit: readonly number[];
    readonly oneBit: readonly number[];
  };
}

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
  return report(first.object, compareObjects(one, two));
}

function report(object: string, found: ObjectComparison): ResolutionReport {
  const { frequency, correlation, halfBit, oneBit, shape, psizeM, shift } = found;
  return {
    object,
    halfBit: resolution(found.halfBitCrossing),
    oneBit: resolution(found.oneBitCrossing),
    shape,
    psizeM,
    shift,
    curve: { frequency, correlation, halfBit, oneBit },
  };
}

function resolution(crossing: Crossing): Resolution {
  if (crossing.kind !== 'crossing') {
    const limit = crossing.kind === 'above' ? 'pixel size' : 'nothing in common';
    return { limit, frequency: null, fullPeriodM: null, halfPeriodM: null };
  }
  const { frequency } = crossing;
  return { limit: 'crossing', frequency, fullPeriodM: 1 / frequency, halfPeriodM: 0.5 / frequency };
}

export function resolutionPicture({ curve, halfBit, oneBit }: ResolutionReport, title: string): Promise<Png> {
  return frcFigure({
    ...curve,
    title,
    thresholds: [
      { name: '½ bit', values: curve.halfBit, crossing: halfBit.frequency },
      { name: '1 bit', values: curve.oneBit, crossing: oneBit.frequency },
    ],
  });
}
