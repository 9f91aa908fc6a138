/** Does a job, as one of its ranks. Collective. */
import { isMaster, type Communicator } from '../../parallel/communicator.ts';
import type { Result } from '../../ptyr/result.ts';
import type { Desk } from '../control/desk.ts';
import { eventLog } from '../event-log.ts';
import type { EventListener } from '../events.ts';
import { registryWith } from '../scan-modules/load.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { StageOptions } from '../options.ts';
import { overridesFor, savingOverrides } from '../scans/scans.ts';
import type { Job, PreparationJob, ReconstructionJob, SimulationJob } from './job.ts';
import { FEED_THREAD, SAVE_THREAD } from './threads.ts';

/** Where a rank works. */
export interface Place {
  readonly communicator: Communicator;
  /** Ranks are threads of one process, or processes. */
  readonly each: 'thread' | 'process';
  readonly signal?: AbortSignal | undefined;
  /** Of this rank: all ranks have a log, the master alone reports what is done. */
  readonly onEvent: EventListener;
  /** On the master. */
  readonly desk?: Desk;
  /** Scans that are here already, by their labels, in place of those that the configuration describes. */
  readonly scans?: ReadonlyMap<string, PtyScan> | undefined;
}

/** Throws what ends the job before its time. The result on the master, of a reconstruction of which it is wanted. */
export async function doJob(job: Job, place: Place): Promise<Result | undefined> {
  const start = performance.now();
  const { communicator } = place;
  const onEvent: EventListener = isMaster(communicator) ? place.onEvent : () => undefined;
  const modules = job.kind === 'simulation' ? [] : job.scanModules;
  const registry = await registryWith(modules);
  const level = job.kind === 'simulation' ? 'warn' : job.level;
  const stage: StageOptions = {
    registry,
    communicator,
    signal: place.signal,
    scans: place.scans,
    onEvent,
    desk: place.desk,
    log: eventLog(place.onEvent, () => level, communicator.rank),
  };
  if (job.kind === 'simulation') {
    await simulate(job, stage);
  } else {
    onEvent({ event: 'start', ...announcement(job, place) });
    for (const message of job.warnings) onEvent({ event: 'warning', message });
    if (job.kind === 'preparation') await prepare(job, stage);
  }
  const result = job.kind === 'reconstruction' ? await reconstruct(job, stage) : undefined;
  onEvent({ event: 'done', seconds: (performance.now() - start) / 1000 });
  return result;
}

function announcement(
  job: ReconstructionJob | PreparationJob,
  { communicator, each }: Place,
): Omit<Extract<Parameters<EventListener>[0], { event: 'start' }>, 'event'> {
  const isReconstruction = job.kind === 'reconstruction';
  return {
    command: isReconstruction ? job.command : 'prepare',
    config: job.source,
    ranks: communicator.size,
    each,
    backend: isReconstruction ? job.config.compute.backend : null,
  };
}

async function reconstruct(job: ReconstructionJob, stage: StageOptions): Promise<Result | undefined> {
  const { runReconstruction } = await import('../reconstruct.ts');
  const { config, name, output, halfSets, prepareAnew, resume, follow, scanModules } = job;
  return runReconstruction(config, {
    ...stage,
    ...{ run: name, output, halfSets, prepareAnew, resume },
    overrides: overridesFor(job.reading),
    feed: follow === undefined ? undefined : { ...follow, thread: FEED_THREAD, scanModules },
    saver: SAVE_THREAD,
    wantsResult: job.wantsResult,
  });
}

async function prepare(job: PreparationJob, stage: StageOptions): Promise<void> {
  const { runPreparation } = await import('../scans/prepare.ts');
  const { config, follow, resume, output, force } = job;
  const options = { ...stage, follow, resumePreparation: resume };
  await runPreparation(config, options, savingOverrides(output), force);
}

async function simulate({ output, options }: SimulationJob, stage: StageOptions): Promise<void> {
  const { simulate } = await import('../playback/simulate.ts');
  for (const file of await simulate(output, options, stage)) {
    stage.onEvent({ event: 'note', message: `wrote ${file}` });
  }
}
