/** A scan with a known answer, or that of a prepared file: written at once, or played as it would be measured. */
import { setTimeout as wait } from 'node:timers/promises';
import { breathe } from '../../breathe.ts';
import { AbortedError } from '../../errors.ts';
import { MoonFlowerScan } from '../../loaders/moonflower/loader.ts';
import { drainScan } from '../scans/prepare.ts';
import type { StageOptions } from '../options.ts';
import { answerName, writeAnswer } from './answer.ts';
import { kindOf, livePlan, refuseLiveOptions, type SimulationOptions } from './plan.ts';
import { requireOutput } from './require-output.ts';
import { ScanFolder } from './scan-folder.ts';
import { openSink } from './sinks.ts';
import { drawn, liveSource, simulatedSource, type LiveSource } from './source.ts';

/** Frames in a chunk. */
const CHUNK = 50;

/** The files that were written. Throws a `ConfigError` before anything is written where names are taken or options do not fit. */
export function simulate(output: string, options: SimulationOptions, stage: StageOptions): Promise<string[]> {
  return options.live === true ? playLive(output, options, stage) : writeAtOnce(output, options, stage);
}

async function writeAtOnce(
  output: string,
  options: SimulationOptions,
  stage: StageOptions,
): Promise<string[]> {
  refuseLiveOptions(options);
  const asFile = output.endsWith('.ptyd');
  await requireOutput(asFile ? 'ptyd' : 'folder', output);
  const source = simulatedSource(options, stage.signal);
  if (asFile) await writeFile(output, options, stage);
  else await writeFolder(output, source, stage);
  return [output, ...(await writeAnswerOf(source, output, !asFile, stage.signal))];
}

async function writeFile(output: string, options: SimulationOptions, stage: StageOptions): Promise<void> {
  const scan = new MoonFlowerScan(
    {
      num_frames: options.frames,
      shape: options.shape,
      photons: options.photons,
      density: options.density,
      model: options.pattern,
      add_poisson_noise: options.noise,
      seed: options.seed,
      label: 'simulated',
      save: 'append',
      dfile: output,
    },
    { signal: stage.signal, log: stage.log },
  );
  await drainScan(scan, 'simulated', CHUNK, stage, () => undefined);
}

async function writeFolder(output: string, source: LiveSource, stage: StageOptions): Promise<void> {
  const { signal } = stage;
  if (source.experiment !== undefined) await drawn(source.experiment, signal);
  const total = source.positions.length;
  const folder = new ScanFolder(output, source);
  const report = reporter(source, stage, total);
  for (let point = 0; point < total; point++) {
    folder.add(point, await source.frame(point));
    report(point + 1);
    await breathe();
    if (signal?.aborted === true) {
      throw new AbortedError(`stopped after ${point + 1} of ${total} frames in ${output}`);
    }
  }
  folder.end();
}

async function playLive(output: string, options: SimulationOptions, stage: StageOptions): Promise<string[]> {
  const { signal } = stage;
  const kind = options.as ?? kindOf(output);
  await requireOutput(kind, output, options.from);
  const source = await liveSource(options, signal, stage.log);
  const plan = livePlan(source.positions.length, options);
  const sink = await openSink(kind, output, source, await source.frame(0));
  const answer = await writeAnswerOf(source, output, kind === 'folder', signal);
  const report = reporter(source, stage, plan.length);
  const start = performance.now();
  let frames = 0;
  try {
    for (const { point, atS } of plan) {
      const frame = await source.frame(point);
      await pause(atS * 1000 - (performance.now() - start), signal);
      if (signal?.aborted === true) break;
      await sink.add(point, frame);
      report(++frames);
    }
  } finally {
    await sink.end();
  }
  if (signal?.aborted === true) {
    throw new AbortedError(`stopped after ${frames} of ${plan.length} frames; ${output} is ended there`);
  }
  return [output, ...answer];
}

/** The file of what the frames were made from, where that is known. */
async function writeAnswerOf(
  { experiment, energy }: LiveSource,
  output: string,
  isFolder: boolean,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  if (experiment === undefined) return [];
  const file = answerName(output, isFolder);
  await writeAnswer(file, await drawn(experiment, signal), energy);
  return [file];
}

/** Reports the scan now, and frames as they are written. */
function reporter(
  { positions, shape }: LiveSource,
  { onEvent }: StageOptions,
  total: number,
): (frames: number) => void {
  const start = performance.now();
  onEvent({ event: 'scan', scan: 'simulated', frames: positions.length, shape });
  return (frames) => {
    const seconds = (performance.now() - start) / 1000;
    onEvent({ event: 'chunk', scan: 'simulated', chunk: frames - 1, frames, before: 0, total, seconds });
  };
}

/** Ends early when the signal is aborted. Lets signals in, however late the frame is. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return;
  await wait(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
