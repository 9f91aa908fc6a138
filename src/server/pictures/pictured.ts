/** What pictures and arrays of a run are made of. */
import type { NdArray } from '../../array/ndarray.ts';
import type { ViewFrame } from '../../model/view-frames.ts';
import type { ScanPositions } from '../../ptyr/result.ts';
import type { PreparedFrame, Snapshot } from '../../run/control/snapshot.ts';

export interface PicturedPositions extends Pick<ScanPositions, 'indices' | 'positions' | 'measured'> {
  /** Of each frame, where they were counted. */
  readonly photons?: NdArray<'float64'> | undefined;
}

export interface Pictured extends Pick<Snapshot, 'probes' | 'objects'> {
  readonly positions: Readonly<Record<string, PicturedPositions>>;
  /** Those that are not in a model have none. */
  readonly frames: readonly (ViewFrame | PreparedFrame)[];
  readonly fluence?: Snapshot['fluence'] | undefined;
  readonly rfactors?: Snapshot['rfactors'] | undefined;
}

/** Of a scan by its scan point; null: the newest that is at hand. */
export function frameOf(
  { frames, positions }: Pick<Pictured, 'frames' | 'positions'>,
  scan: string,
  index: number | null,
): Pictured['frames'][number] | undefined {
  const own = frames.filter((frame) => frame.scan === scan);
  const newest = Object.hasOwn(positions, scan) ? positions[scan].indices.at(-1) : undefined;
  const found = own.find((frame) => frame.index === (index ?? newest));
  return found ?? (index === null ? own.at(-1) : undefined);
}
