/** Reconstruction: frames into a model, engines in order, results out. */
import type { Backend } from '../compute/backend.ts';
import type { Result } from '../ptyr/result.ts';
import { Model } from '../model/model.ts';
import { findBackend } from './backend.ts';
import type { RunConfig } from './config/config-check.ts';
import { PreparedFrames } from './control/prepared-frames.ts';
import { EngineRun } from './engine-run.ts';
import { checkHalfSets, requireHalves, runHalfSets, type Reconstruct } from './half-sets.ts';
import { LiveScans } from './live/live.ts';
import { loadFrames, takeFrames, type LoadedScan } from './scans/loaded-scan.ts';
import { openFeed } from './live/open-feed.ts';
import { fluences } from './results/save-pictures.ts';
import { Resume } from './results/resume.ts';
import { lookAtProbe, requireLoadedScan } from './scans/scan-look.ts';
import type { ReconstructOptions } from './options.ts';

/**
 * Runs a whole configuration, and returns the result if that is wanted. Stopped by its signal, it saves what it has and
 * throws an AbortedError that says where.
 */
export async function runReconstruction(
  config: RunConfig,
  options: ReconstructOptions,
): Promise<Result | undefined> {
  const { backend } = await findBackend(config.compute.backend);
  try {
    return await reconstruct(backend, config, options);
  } finally {
    backend.dispose();
  }
}

async function reconstruct(
  backend: Backend,
  config: RunConfig,
  options: ReconstructOptions,
): Promise<Result | undefined> {
  const { communicator, onEvent } = options;
  if (options.halfSets === true) checkHalfSets(config, options.feed !== undefined);
  const resume =
    options.resume === undefined ? undefined : await Resume.open(options.resume, config, onEvent);
  const model = new Model({ backend, communicator, signal: options.signal });
  const kept: LoadedScan[] = [];
  const prepared = new PreparedFrames(options);
  const feed = await openFeed(config, options);
  let run: EngineRun | undefined;
  let result: Result | undefined;
  try {
    if (feed === undefined) {
      for (const entry of config.scans) {
        const scan = await loadFrames(entry, config, options, prepared);
        requireLoadedScan(scan, config, onEvent);
        await takeFrames(model, scan, resume !== undefined, options.log);
        prepared.release(entry.label);
        if (resume === undefined) await lookAtProbe(model, config, entry.label, onEvent);
        if (options.halfSets === true) kept.push(requireHalves(scan));
      }
    }
    const live = feed === undefined ? undefined : new LiveScans(feed, model, config, options);
    await live?.begin(resume !== undefined, options, prepared);
    // Engines that had begun had all frames.
    while (live?.ended === false && (resume?.iteration ?? 0) > 0) await live.grow({ wait: true, ...options });
    await resume?.restoreModel(model);
    run = new EngineRun(model, config, options, resume);
    if (live !== undefined) await run.live(live);
    await run.finished();
    for (const { key } of resume?.left ?? config.engines) await run.engine(key);
    await run.pictures();
    run.tellStatistics();
    run.requireConverged();
    if (options.wantsResult === true) result = { ...(await run.result()), fluence: await fluences(model) };
    if (config.engines.length === 0) {
      onEvent({ event: 'warning', message: 'the configuration has no engines: nothing was reconstructed' });
    }
  } finally {
    await run?.close();
    await feed?.close();
    model.dispose();
  }
  if (options.halfSets === true) await runHalfSets(kept, config, options, reconstructOn(backend));
  return result;
}

/** The engines on a model of its own, from the start: what a run resumes from is of all frames. */
function reconstructOn(backend: Backend): Reconstruct {
  return async (scans, config, options) => {
    const model = new Model({
      backend,
      communicator: options.communicator,
      signal: options.signal,
    });
    try {
      for (const scan of scans) await takeFrames(model, scan, false, options.log);
      // Halves save nothing on the way.
      const run = new EngineRun(model, config, options);
      for (const { key } of config.engines) await run.engine(key);
      run.requireConverged();
      return await run.result();
    } finally {
      model.dispose();
    }
  };
}
