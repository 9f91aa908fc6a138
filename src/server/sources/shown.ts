/** What a run shows at a time: its model, or before there is one what has been prepared. */
import type { Prepared, PreparedFrame, Snapshot } from '../../run/control/snapshot.ts';
import type { Result } from '../../ptyr/result.ts';
import { fieldInfo, scanInfos } from '../pictures/describe.ts';
import type { Pictured } from '../pictures/pictured.ts';
import type { Description } from '../protocol/messages.ts';

export interface Shown extends Pictured {
  readonly scans: Description['scans'];
}

type Shape = readonly [number, number];

/** `shapes` of the frames by label, as far as known. */
export function shownOfModel(
  state: Pick<Snapshot, 'probes' | 'objects' | 'positions' | 'frames' | 'fluence'> | Result,
  shapes: ReadonlyMap<string, Shape>,
  frames: Shown['frames'],
): Shown {
  const { probes, objects, positions, fluence } = state;
  return { probes, objects, positions, fluence, frames, scans: scanInfos(positions, shapes) };
}

export function shownOfPrepared({ scans, frames }: Prepared): Shown {
  const all = Object.entries(scans);
  return {
    ...{ probes: {}, objects: {}, frames },
    positions: Object.fromEntries(
      all.map(([label, { indices, positions, photons }]) => [
        label,
        { indices, positions, measured: positions, photons },
      ]),
    ),
    scans: all.map(([label, { indices, meta }]) => ({
      ...{ label, indices: indices.toSorted((a, b) => a - b), shape: meta.shape },
      ...{ probeId: null, objectId: null, hasModel: false },
    })),
  };
}

/** Without what counts its states. */
export function describeShown({
  objects,
  probes,
  scans,
}: Shown): Pick<Description, 'objects' | 'probes' | 'scans'> {
  return {
    objects: Object.entries(objects).map(([id, field]) => fieldInfo(id, field, false)),
    probes: Object.entries(probes).map(([id, field]) => fieldInfo(id, field, true)),
    scans,
  };
}

/** (rows, cols) of frames by scan. */
export function shapesOf(frames: readonly Pick<PreparedFrame, 'scan' | 'measured'>[]): [string, Shape][] {
  return frames.map(({ scan, measured }) => [scan, [measured.shape[0], measured.shape[1]]]);
}
