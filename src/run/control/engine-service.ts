/** What is asked of a run while one of its engines runs. */
import type { Model } from '../../model/model.ts';
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
  };
}

async function snapshot(
  { model, place, result }: RunningEngine,
  { frames: asked = 'newest', fluence: wantsFluence = true }: SnapshotOptions = {},
): Promise<Snapshot> {
  const frames = await askedFrames(model, asked);
  const { probes, objects, positions, history, config } = await result();
  const shown = { place: place(), probes, objects, positions, history: [...history], config, frames };
  return wantsFluence ? { ...shown, fluence: await fluences(model) } : shown;
}
