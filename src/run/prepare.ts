/** Preparation: asks every scan for its frames, chunk by chunk, until the end. */
import { DataError, PtyflowError } from '../errors.ts';
import type { ScanRegistry } from '../loaders/registry.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { EOS, WAIT, type DataPackage } from '../scan/package.ts';
import type { PtyScan } from '../scan/pty-scan.ts';
import type { RunConfig } from './config-check.ts';
import type { EventListener } from './events.ts';
import { createScan, type DataOverrides } from './scans.ts';
import { Waiting } from './waiting.ts';

export interface StageOptions {
  readonly registry: ScanRegistry;
  readonly communicator: Communicator;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent: EventListener;
  /** The scan is still going on. */
  readonly follow?: FollowOptions | undefined;
  /** Go on with files that an earlier preparation left unfinished. */
  readonly resumePreparation?: boolean;
}

/** Scans that go on while they are prepared. */
export interface FollowOptions {
  /** Seconds without a new frame after which the scan is over; undefined: for ever. */
  readonly timeoutS?: number | undefined;
}

/**
 * Pixels of raw frames in a chunk, and frames at most: enough for ranks to wait for each other rarely, few enough for
 * memory. Ranks do not count, so that a file does not depend on their number (but for `min_frames`, which is per rank).
 */
const CHUNK_PIXELS = 2 ** 24;
const CHUNK_FRAMES = 256;
/** Where the size of a frame is known with the first one only. */
const FIRST_FRAMES = 100;

/** A scan that gives nothing for so long without saying that it ended is an error, s. */
const PATIENCE_S = 60;

/** Hands every package of one scan to `take`, in order, with at most `framesPerBlock` frames each. */
export async function drainScan(
  scan: PtyScan,
  label: string,
  framesPerBlock: number,
  options: StageOptions,
  take: (chunk: DataPackage) => void | Promise<void>,
): Promise<number> {
  const { communicator, follow, onEvent, signal } = options;
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const waiting = new Waiting(
    scan,
    communicator,
    follow?.timeoutS ?? (follow === undefined ? PATIENCE_S : Infinity),
  );
  try {
    if (follow !== undefined) await waiting.forSources(label, onEvent, signal);
    await scan.initialize();
    if (follow === undefined) requireComplete(scan, label);
    onEvent({ event: 'scan', scan: label, frames: scan.numFrames, shape: null });
    if (scan.resumedFrames > 0) {
      onEvent({ event: 'prepared', scan: label, frames: scan.resumedFrames, total: scan.numFrames });
    }
    const framesPerChunk = chunkFrames(scan, framesPerBlock);
    let frames = 0;
    for (;;) {
      const answer = await scan.auto(framesPerChunk);
      if (answer === EOS) break;
      if (answer === WAIT) {
        if (!(await waiting.isOver())) {
          await waiting.forFrames(signal);
          continue;
        }
        const there = `after ${scan.resumedFrames + frames} of ${scan.numFrames ?? 'unknown'} frames`;
        const message = `${label}: no new frame for ${Math.round(waiting.mostS)} s ${there}`;
        if (follow === undefined) throw new DataError(`${message}; the scan is not complete`);
        onEvent({ event: 'warning', message: `${message}; this is taken for the end of the scan` });
        scan.conclude();
        continue;
      }
      waiting.news();
      if (frames === 0 && scan.centerEstimate !== undefined) {
        const { center, spread } = scan.centerEstimate;
        onEvent({ event: 'center', scan: label, center, spread });
      }
      frames += answer.chunk.indices.length;
      await take(answer);
      onEvent({
        event: 'chunk',
        scan: label,
        chunk: answer.chunk.num,
        frames: scan.resumedFrames + frames,
        before: scan.resumedFrames,
        total: scan.numFrames,
        seconds: seconds(),
        ...(follow === undefined ? {} : { behind: scan.behind }),
      });
      // Lets signals and timers through between chunks.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (scan.info.save !== null && scan.info.dfile !== null) {
      onEvent({ event: 'saved', what: 'ptyd', file: scan.info.dfile });
    }
    return frames;
  } catch (error) {
    const { save, dfile } = scan.info;
    if (error instanceof PtyflowError && save !== null && dfile !== null && scan.savedFrames > 0) {
      error.message += `; ${scan.savedFrames} frames are in ${dfile}, --resume goes on from there`;
    }
    throw error;
  } finally {
    waiting.close();
  }
}

/** Throws a DataError for a prepared file that announces more frames than it holds. The same on all ranks. */
function requireComplete({ incomplete }: PtyScan, label: string): void {
  if (incomplete === undefined) return;
  throw new DataError(incompleteText(label, incomplete));
}

/** What a prepared file holds that announces more, and the two ways on. */
export function incompleteText(
  label: string,
  { file, frames, announced }: NonNullable<PtyScan['incomplete']>,
): string {
  return (
    `${label}: ${file} holds ${frames} of ${announced} frames that it announces. --follow waits for the others; ` +
    `scans.${label}.data.on_incomplete: accept takes what is there for all`
  );
}

/** Frames asked for at once: no more than `most`. */
function chunkFrames(scan: PtyScan, most: number): number {
  const pixels = scan.framePixels;
  const fitting = pixels === undefined ? FIRST_FRAMES : Math.floor(CHUNK_PIXELS / pixels);
  return Math.min(most, Math.max(1, Math.min(fitting, CHUNK_FRAMES)));
}

/** Prepares and saves every scan of the configuration; `overrides` says how each is saved. */
export async function runPreparation(
  config: RunConfig,
  options: StageOptions,
  overrides: (label: string) => DataOverrides,
): Promise<void> {
  for (const entry of config.scans) {
    const scan = createScan(entry, options, overrides(entry.label));
    await drainScan(scan, entry.label, config.frames_per_block, options, () => undefined);
  }
}
