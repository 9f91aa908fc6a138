/** `ptyflow simulate --live`: a scan that is played as it would be measured. */
import { setTimeout as wait } from 'node:timers/promises';
import { AbortedError } from '../../errors.ts';
import { answerName, writeAnswer } from './answer.ts';
import { kindOf, livePlan } from '../live-plan.ts';
import { openSink } from '../live-sinks.ts';
import { liveSource } from '../live-source.ts';
import { requireOutput } from '../require-output.ts';
import { startSession } from '../session.ts';
import type { SimulateOptions } from './simulate.ts';
import type { World } from '../world.ts';

export async function simulateLive(output: string, options: SimulateOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const { onEvent, signal, log } = session;
  const kind = options.as ?? kindOf(output);
  await requireOutput(kind, output, options.from);
  const source = await liveSource(options, signal, log);
  const plan = livePlan(source.positions.length, options);
  const sink = await openSink(kind, output, source, await source.frame(0));
  if (source.experiment !== undefined) {
    await writeAnswer(answerName(output, kind === 'folder'), source.experiment, source.energy);
  }
  onEvent({ event: 'scan', scan: 'simulated', frames: source.positions.length, shape: source.shape });
  const start = performance.now();
  let frames = 0;
  try {
    for (const { point, atS } of plan) {
      const frame = await source.frame(point);
      await pause(atS * 1000 - (performance.now() - start), signal);
      if (signal.aborted) break;
      await sink.add(point, frame);
      frames++;
      onEvent({
        ...{ event: 'chunk', scan: 'simulated', chunk: frames - 1, frames, before: 0, total: plan.length },
        seconds: (performance.now() - start) / 1000,
      });
    }
  } finally {
    await sink.end();
  }
  if (signal.aborted) {
    throw new AbortedError(`stopped after ${frames} of ${plan.length} frames; ${output} is ended there`);
  }
  session.finish([output]);
}

/** Ends early when the signal is aborted. Lets signals in, however late the frame is. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
