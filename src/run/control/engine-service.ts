/** What is asked of a run while one of its engines runs. */
import type { Model } from '../../model/model.ts';
import { frameRFactors, type FrameRFactors } from '../../quality/frame-rfactors.ts';
import type { Remark, Result } from '../../ptyr/result.ts';
import type { EventListener } from '../events.ts';
import { fluences } from '../results/save-pictures.ts';
import { askedFrames } from './asked-frames.ts';
import { changesText } from './changes-text.ts';
import type { Service } from './desk.ts';
import type { RunChanges } from './requests.ts';
import type { RunPlace, Snapshot, SnapshotOptions } from './snapshot.ts';

/** A run between two iterations of an engine. All that waits is collective. */
export interface RunningEngine {
  readonly model: Model;
  readonly place: () => RunPlace;
  readonly onEvent: EventListener;
  /** Takes new values over, or throws a `ConfigError`. */
  readonly change: (changes: RunChanges) => void;
  /** Saves what there is; the name of the file. */
  readonly save: () => Promise<string>;
  /** Keeps it for the files. */
  readonly remark: (remark: Remark) => void;
  readonly result: () => Promise<Result>;
}

export function engineService(running: RunningEngine): Service {
  return {
    place: running.place,
    save: running.save,
    change(changes) {
      running.change(changes);
      running.onEvent({ event: 'changed', ...running.place(), changes: changesText(changes) });
      return Promise.resolve(undefined);
    },
    remark(given) {
      const remark = { ...given, ...running.place() };
      running.remark(remark);
      running.onEvent({ event: 'remark', ...remark });
      return Promise.resolve(undefined);
    },
    snapshot: (options) => snapshot(running, options),
    prepared: () => Promise.resolve(undefined),
  };
}

async function snapshot(
  { model, place, result }: RunningEngine,
  { frames: asked = 'newest', fluence: isLit = true, rfactors: isRated = false }: SnapshotOptions = {},
): Promise<Snapshot> {
  const frames = await askedFrames(model, asked);
  const { probes, objects, positions, history, config } = await result();
  return {
    ...{ place: place(), probes, objects, positions, history: [...history], config, frames },
    ...(isLit ? { fluence: await fluences(model) } : {}),
    ...(isRated ? { rfactors: await rfactorsOf(model) } : {}),
  };
}

async function rfactorsOf(model: Model): Promise<Record<string, FrameRFactors>> {
  const found: Record<string, FrameRFactors> = {};
  for (const label of model.scans.keys()) found[label] = await frameRFactors(model, label);
  return found;
}
