/** The `.ptyr` of a run on its way, with what is needed to resume from it. */
import { resolve } from 'node:path';
import type { Engine } from '../../engines/engine.ts';
import type { Model } from '../../model/model.ts';
import { isMaster } from '../../parallel/communicator.ts';
import type { Progress, RunPoint, StoredState } from '../../ptyr/progress.ts';
import type { Result } from '../../ptyr/result.ts';
import type { EngineConfig, RunConfig } from '../config/config-check.ts';
import { withStoredState } from './save-state.ts';

export interface RunToSave {
  readonly file: string;
  /** Undefined: nothing resumes from the file. */
  readonly point: RunPoint | undefined;
  readonly result: () => Promise<Result>;
  readonly write: (file: string, result: Result, progress: Progress | undefined) => Promise<void>;
}

/** Written by the master; with an engine its state goes in. Collective. */
export async function saveRun(
  { file, point, result, write }: RunToSave,
  model: Model,
  { data_type: precision }: RunConfig,
  engine?: Engine,
): Promise<void> {
  const save = async (state?: StoredState): Promise<void> => {
    await write(file, await result(), point === undefined ? undefined : { point, state });
  };
  if (engine !== undefined) {
    const finer = precision === 'single' && model.backend.precision === 'double';
    await withStoredState(model, await engine.saveState(), finer, save);
  } else if (isMaster(model.communicator)) {
    await save();
  }
}

/** Where a run stands after `iteration` iterations of one of its engines. */
export function runPoint(
  { scans, engines }: RunConfig,
  { run, output }: { readonly run: string; readonly output?: string | undefined },
  engine: EngineConfig,
  iteration: number,
): RunPoint {
  return {
    run,
    output: output === undefined ? null : resolve(output),
    scans: scans.map(({ label }) => label),
    engines: engines.map(({ key, name }) => ({ key, name })),
    engine: engine.key,
    iteration,
  };
}
