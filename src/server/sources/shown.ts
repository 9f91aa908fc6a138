/** What a run shows at a time: its model, or before there is one what has been prepared. */
import type { Prepared, Snapshot } from '../../run/control/snapshot.ts';
import type { Result } from '../../ptyr/result.ts';
import type { Reconstruction } from '../../quality/lit-object.ts';
import { fieldInfo, scanInfos, type FrameLook } from '../pictures/describe.ts';
import type { Pictured } from '../pictures/pictured.ts';
import type { Description } from '../protocol/messages.ts';

export interface Shown extends Pictured {
  readonly scans: Description['scans'];
  /** The state of the model as a whole, where there is one. */
  readonly model?: Reconstruction;
  /** Of the run; not known before the first iteration. */
  readonly config?: unknown;
}

/** `looks` of the frames by label, as far as known. */
export function shownOfModel(
  state: Pick<Snapshot, 'probes' | 'objects' | 'positions' | 'fluence' | 'rfactors' | 'config'> | Result,
  looks: ReadonlyMap<string, FrameLook>,
  frames: Shown['frames'],
): Shown {
  const { probes, objects, positions, fluence, config } = state;
  const rfactors = 'rfactors' in state ? state.rfactors : undefined;
  return {
    ...{ probes, objects, positions, fluence, rfactors, frames, config },
    scans: scanInfos(positions, looks),
    model: { probes, objects, positions },
  };
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
      ...{ label, indices: indices.toSorted((a, b) => a - b), shape: meta.shape, center: meta.center },
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

/** What frames in a model look like, by scan. */
export function looksOf(frames: Pictured['frames']): [string, FrameLook][] {
  return frames.flatMap((frame): [string, FrameLook][] => {
    if (!('center' in frame)) return [];
    const [rows, cols] = frame.measured.shape;
    return [[frame.scan, { shape: [rows, cols], center: frame.center }]];
  });
}
