/** Preparation: asks every scan for its frames, chunk by chunk, until the end. */
import { breathe } from '../../breathe.ts';
import { DataError, PtyflowError } from '../../errors.ts';
import { EOS, WAIT, type DataPackage } from '../../frames/package.ts';
import { fromMaster } from '../../parallel/from-master.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { RunConfig, ScanConfig } from '../config/config-check.ts';
import { PreparedFrames } from '../control/prepared-frames.ts';
import { Gathering } from '../live/gathering.ts';
import { newerSource } from './prepared-age.ts';
import { createScan } from './scans.ts';
import type { DataOverrides } from '../options.ts';
import { Waiting } from '../live/waiting.ts';
import type { StageOptions } from '../options.ts';

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

/**
 * Hands every package of one scan to `take`, in order, with at most `framesPerBlock` frames each. Where it was prepared with the
 * same parameters before, `instead` says what is drained in its place, from that file; undefined: nothing.
 */
export async function drainScan(
  scan: PtyScan,
  label: string,
  framesPerBlock: number,
  options: StageOptions,
  take: (chunk: DataPackage) => void | Promise<void>,
  prepared?: PreparedFrames,
  instead?: (dfile: string) => PtyScan | undefined,
): Promise<number> {
  const { communicator, follow, onEvent, signal } = options;
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const waiting = new Waiting(
    scan,
    communicator,
    follow?.timeoutS ?? (follow === undefined ? PATIENCE_S : Infinity),
    options.othersAt,
  );
  const unheard = prepared?.onRequest(waiting.wake);
  try {
    if (follow !== undefined) await waiting.forSources(label, onEvent, signal);
    await scan.initialize();
    if (instead !== undefined && (await isStillPrepared(scan, label, options))) {
      const file = scan.info.dfile ?? '';
      onEvent({ event: 'reused', scan: label, file });
      const other = instead(file);
      return other === undefined ? 0 : await drainScan(other, label, framesPerBlock, options, take, prepared);
    }
    if (follow === undefined) requireComplete(scan, label);
    onEvent({ event: 'scan', scan: label, frames: scan.numFrames, shape: null });
    if (scan.resumedFrames > 0) {
      onEvent({ event: 'prepared', scan: label, frames: scan.resumedFrames, total: scan.numFrames });
    }
    const framesPerChunk = chunkFrames(scan, framesPerBlock);
    const gathers = follow !== undefined && scan.info.save !== null;
    const gathering = new Gathering(options.isWanted ?? (() => false));
    let frames = 0;
    for (;;) {
      await prepared?.serve();
      const answer = await scan.auto(framesPerChunk, gathers ? gathering.least(framesPerChunk) : 1);
      if (answer === EOS) break;
      if (answer === WAIT) {
        if (gathers && scan.behind > 0) {
          gathering.wait();
          waiting.hasSome(scan.behind);
        }
        if (!(await waiting.isOver())) {
          if (follow !== undefined && waiting.isLong()) {
            const there = scan.resumedFrames + frames;
            onEvent({
              event: 'waiting',
              scan: label,
              source: scan.origin.awaits(),
              frames: there,
              ...follow,
            });
          }
          await waiting.forFrames(signal);
          continue;
        }
        const there = `after ${scan.resumedFrames + frames} of ${scan.numFrames ?? 'unknown'} frames`;
        const message = `${label}: no new frame for ${Math.round(waiting.mostS)} s ${there}`;
        if (follow === undefined) throw new DataError(`${message}; the scan is not complete`);
        onEvent({ event: 'warning', message: `${message}; the scan counts as finished` });
        scan.conclude();
        continue;
      }
      waiting.news();
      gathering.handOut();
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
      await breathe();
    }
    if (frames + scan.resumedFrames === 0) throw nothingFound(scan, label);
    if (scan.info.save !== null && scan.info.dfile !== null) {
      onEvent({ event: 'saved', what: 'ptyd', file: scan.info.dfile });
    }
    return frames;
  } catch (error) {
    const { save, dfile } = scan.info;
    if (error instanceof PtyflowError && save !== null && dfile !== null && scan.savedFrames > 0) {
      error.message += `; ${scan.savedFrames} frames are in ${dfile}: resume with --resume`;
    }
    throw error;
  } finally {
    unheard?.();
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
    `scans.${label}.data.on_incomplete: accept uses the frames that are there`
  );
}

/** Says what is there in place of frames. */
export function nothingFound(scan: PtyScan, label: string): DataError {
  const there = scan.origin.whatIsThere();
  return new DataError(`scan ${label} has no frames${there === undefined ? '' : `: ${there}`}`);
}

/** Whether `dfile` holds what would be prepared now. Collective. */
async function isStillPrepared(
  scan: PtyScan,
  label: string,
  { communicator, registry, onEvent }: StageOptions,
): Promise<boolean> {
  const { dfile, name } = scan.info;
  if (dfile === null || !(await scan.isPrepared())) return false;
  const find = async (): Promise<string | undefined> => {
    const module = name === null ? undefined : registry.moduleOf(name);
    const sources = scan.origin.sources.length > 0 ? scan.origin.sources : await scan.inputs();
    return newerSource(dfile, module === undefined ? sources : [...sources, module]);
  };
  const newer = await fromMaster(communicator, find);
  if (newer === undefined) return true;
  const message = `${label}: ${newer} has changed since ${dfile} was prepared: it is prepared again`;
  onEvent({ event: 'warning', message });
  return false;
}

/** Frames asked for at once: no more than `most`. */
function chunkFrames(scan: PtyScan, most: number): number {
  const pixels = scan.framePixels;
  const fitting = pixels === undefined ? FIRST_FRAMES : Math.floor(CHUNK_PIXELS / pixels);
  return Math.min(most, Math.max(1, Math.min(fitting, CHUNK_FRAMES)));
}

/**
 * Prepares and saves every scan of the configuration; `overrides` says how each is saved. One that is there as it would become is
 * left as it is, unless `anew`.
 */
export async function runPreparation(
  config: RunConfig,
  options: StageOptions,
  overrides: (scan: ScanConfig) => DataOverrides,
  anew: boolean,
): Promise<void> {
  const isKept = !anew && options.follow === undefined && options.resumePreparation !== true;
  const instead = isKept ? () => undefined : undefined;
  const prepared = new PreparedFrames(options);
  for (const entry of config.scans) {
    const scan = createScan(entry, options, overrides(entry));
    const take = (chunk: DataPackage): void => {
      prepared.add(entry.label, chunk, scan.info.dfile ?? undefined);
    };
    await drainScan(scan, entry.label, config.frames_per_block, options, take, prepared, instead);
  }
}
