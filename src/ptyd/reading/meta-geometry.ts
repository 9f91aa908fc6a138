/** The geometry that `meta` states, and what is wrong with it. */
import type { Pair } from '../../frames/pair.ts';
import type { StatedMeta } from '../../frames/raw.ts';
import { numberOf, pairOf, textOf } from './meta-values.ts';

export interface StoredGeometry extends StatedMeta {
  /** Detector pixel, m (row, col). */
  readonly psize?: Pair | undefined;
  readonly shape?: Pair | undefined;
}

export interface MetaContent {
  readonly geometry: StoredGeometry;
  /** Entries that are there and cannot be right. */
  readonly problems: readonly string[];
  /** What a user should know. */
  readonly notes: readonly string[];
}

const ABOVE_0 = { energy: 'keV', distance: 'm', psize: 'm' } as const;

/** `frameShape` is that of the frames, which rules. */
export function metaContent(
  meta: Readonly<Record<string, unknown>>,
  frameShape: Pair | undefined,
): MetaContent {
  const stated = pairOf(meta.shape);
  const geometry: StoredGeometry = {
    energy: numberOf(meta.energy),
    distance: numberOf(meta.distance),
    psize: pairOf(meta.psize),
    shape: frameShape ?? stated,
    center: textOf(meta.center) ?? pairOf(meta.center),
    propagation: textOf(meta.propagation),
    electron_data: meta.electron_data === true || meta.electron_data === 1 ? true : undefined,
    positions_unit: textOf(meta.positions_unit),
    label: textOf(meta.label),
    experimentID: textOf(meta.experimentID),
    version: textOf(meta.version) ?? numberOf(meta.version),
  };
  const problems = Object.entries(ABOVE_0).flatMap(([name, unit]) => {
    const entry = meta[name];
    if (entry === undefined) return [];
    const value = geometry[name as keyof typeof ABOVE_0];
    if (value === undefined) return [`meta/${name} is no number (unit: ${unit})`];
    const numbers = typeof value === 'number' ? [value] : value;
    return numbers.every((x) => x > 0)
      ? []
      : [`meta/${name} is ${numbers.join(', ')} ${unit}; expected a number above 0`];
  });
  const { propagation } = geometry;
  if (propagation !== undefined && propagation !== 'farfield' && propagation !== 'nearfield') {
    problems.push(`meta/propagation is "${propagation}"; expected farfield or nearfield`);
  }
  const notes =
    frameShape !== undefined && stated !== undefined && stated.join() !== frameShape.join()
      ? [
          `meta/shape is ${stated.join('x')} pixels, but the frames have ${frameShape.join('x')}, which is used`,
        ]
      : [];
  return { geometry, problems, notes };
}

/** Of chunk numbers that the file leaves out. */
export function gapsText(gaps: readonly number[]): string {
  const shown = gaps.length > 8 ? `${gaps.slice(0, 8).join(', ')}, … (${gaps.length})` : gaps.join(', ');
  return `chunks ${shown} are not there; the numbers of chunks have gaps, frames may be missing`;
}

export function surplusText(announced: number, frames: number): string {
  return `meta/num_frames is ${announced}, but the file holds ${frames} frames: all are used`;
}
