/** `ptyflow simulate`: a scan with a known answer, as a .ptyd or as a folder of NumPy frames. */
import { AbortedError } from '../../errors.ts';
import { MoonFlowerScan } from '../../loaders/moonflower/loader.ts';
import { drainScan } from '../../run/scans/prepare.ts';
import { answerName, writeAnswer } from './answer.ts';
import { refuseLiveOptions, type LiveOptions } from '../live-plan.ts';
import { drawn, simulatedSource, type LiveSource } from '../live-source.ts';
import type { CommonOptions } from '../options.ts';
import { ScanFolder } from '../scan-folder.ts';
import { requireOutput } from '../require-output.ts';
import { startSession, type Session } from '../session.ts';
import type { World } from '../world.ts';

export interface SimulateOptions extends CommonOptions, LiveOptions {
  readonly frames: number;
  readonly shape: number;
  readonly photons: number;
  readonly density: number;
  readonly pattern: 'round' | 'raster';
  readonly noise: boolean;
  readonly seed: number;
}

/** Frames in a chunk. */
const CHUNK = 50;

export async function simulate(output: string, options: SimulateOptions, world: World): Promise<void> {
  if (options.live === true) {
    const { simulateLive } = await import('./simulate-live.ts');
    return simulateLive(output, options, world);
  }
  refuseLiveOptions(options);
  await requireOutput(output.endsWith('.ptyd') ? 'ptyd' : 'folder', output);
  const session = startSession(options, world);
  const source = simulatedSource(options, session.signal);
  const asFile = output.endsWith('.ptyd');
  if (asFile) await simulateFile(output, options, session);
  else await simulateFolder(output, source, session);
  const files = [output];
  if (source.experiment !== undefined) {
    const answer = answerName(output, !asFile);
    await writeAnswer(answer, await drawn(source.experiment, session.signal), source.energy);
    files.push(answer);
  }
  session.finish(files);
}

async function simulateFile(output: string, options: SimulateOptions, session: Session): Promise<void> {
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
    { signal: session.signal },
  );
  await drainScan(scan, 'simulated', CHUNK, session.stage(), () => undefined);
}

async function simulateFolder(output: string, source: LiveSource, session: Session): Promise<void> {
  const { onEvent, signal } = session;
  const total = source.positions.length;
  const start = performance.now();
  if (source.experiment !== undefined) await drawn(source.experiment, signal);
  const folder = new ScanFolder(output, source);
  onEvent({ event: 'scan', scan: 'simulated', frames: total, shape: source.shape });
  for (let point = 0; point < total; point++) {
    folder.add(point, await source.frame(point));
    const seconds = (performance.now() - start) / 1000;
    onEvent({
      event: 'chunk',
      scan: 'simulated',
      chunk: point,
      frames: point + 1,
      before: 0,
      total,
      seconds,
    });
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) throw new AbortedError(`stopped after ${point + 1} of ${total} frames in ${output}`);
  }
  folder.end();
}
