/**
 * What a configuration will do, found without doing it: every scan is opened, a few of its frames are prepared, and every engine
 * makes a few iterations on them. Nothing is saved.
 */
import { existsSync } from 'node:fs';
import { createEngine, engineName } from '../engines/registry.ts';
import { AbortedError } from '../errors.ts';
import type { Meta } from '../frames/chunk.ts';
import { EOS, WAIT, type DataPackage } from '../frames/package.ts';
import { createGeometry } from '../geometry/propagation.ts';
import { arrayPlace } from '../hdf5/array-file.ts';
import { Model } from '../model/model.ts';
import { gridAround, viewPixels } from '../model/views.ts';
import { SCAN } from '../params/model.ts';
import { pathsIn } from '../params/paths.ts';
import type { PtyScan } from '../scan/pty-scan.ts';
import { findBackend } from './backend.ts';
import type { EngineConfig, RunConfig, ScanConfig } from './config/config-check.ts';
import { FRAME_BYTES, WAVE_BYTES } from './frame-bytes.ts';
import { takeFrames, withPropagation, type LoadedScan } from './scans/loaded-scan.ts';
import { metaFor, placed } from './scans/placed.ts';
import { incompleteText, nothingFound } from './scans/prepare.ts';
import type { StageOptions } from './options.ts';
import { requireScan } from './scans/scan-look.ts';
import { createScan } from './scans/scans.ts';
import type { DataOverrides } from './options.ts';
import { ownersOf } from './scans/sharing.ts';
import { missingSource } from './live/waiting.ts';
import type { Outlook, RunOutlook, ScanOutlook } from './reports.ts';

/** Most pixels of the frames that are tried. */
const TRIAL_PIXELS = 2 ** 19;
const TRIAL_FRAMES = 8;
/** Iterations before the measured ones, in which engines begin, and the measured ones. */
const WARM_UP = 2;
const MEASURED = 2;

const WITH_EXIT_WAVES: readonly string[] = ['DM', 'RAAR'];
/** Of the program itself. */
const PROGRAM_BYTES = 150e6;

/** Throws what a run would throw: for files and entries that are wrong, and for frames that cannot be prepared. */
export async function lookAhead(
  config: RunConfig,
  options: StageOptions & { readonly overrides?: (scan: ScanConfig) => DataOverrides },
): Promise<Outlook> {
  const scans: ScanOutlook[] = [];
  const missing: { scan: string; source: string }[] = [];
  const trials: LoadedScan[] = [];
  for (const entry of config.scans) {
    const scan = createScan(entry, options, { ...options.overrides?.(entry), save: null });
    const source = await missingSource(scan);
    const first = source === undefined ? await firstFrames(scan, config) : undefined;
    if (first === undefined) {
      missing.push({ scan: entry.label, source: source ?? 'the first frame' });
      continue;
    }
    if (scan.incomplete !== undefined) {
      options.onEvent({ event: 'warning', message: incompleteText(entry.label, scan.incomplete) });
    }
    const chunk = withPropagation(first, entry);
    const known = await scan.knownPositions();
    const positions =
      known === undefined ? undefined : placed(known, metaFor(first.common, entry.model)).positions;
    if (positions !== undefined) requireScan(entry, config, chunk.common, positions.data, options.onEvent);
    scans.push(scanOutlook(entry, scan, chunk.common, positions?.data));
    trials.push({ entry, owners: ownersOf(entry, config.scans), packages: [chunk] });
  }
  missing.push(...config.scans.flatMap(missingStarts));
  const isWhole = missing.length === 0;
  return { scans, missing, run: isWhole ? await runOutlook(config, scans, trials, options) : undefined };
}

/** Files that probe and object start from, and that are not there: a run before this one may make them. */
function missingStarts({ label, model }: ScanConfig): { scan: string; source: string }[] {
  const files = pathsIn(SCAN, model).map(({ path }) => arrayPlace(path).file);
  return files.filter((file) => !existsSync(file)).map((file) => ({ scan: label, source: file }));
}

/** Undefined: there is none yet. */
async function firstFrames(scan: PtyScan, { scans }: RunConfig): Promise<DataPackage | undefined> {
  await scan.initialize();
  const modes = Math.max(...scans.map(({ model }) => model.coherence.num_probe_modes));
  const pixels = (scan.framePixels ?? TRIAL_PIXELS / TRIAL_FRAMES) * modes;
  const frames = Math.max(1, Math.min(TRIAL_FRAMES, Math.floor(TRIAL_PIXELS / pixels)));
  const answer = await scan.auto(frames);
  if (answer === EOS) throw nothingFound(scan, scan.info.label ?? '');
  return answer === WAIT ? undefined : answer;
}

function scanOutlook(
  { label, model }: ScanConfig,
  scan: PtyScan,
  meta: Meta,
  positions: Float64Array | undefined,
): ScanOutlook {
  const geometry = createGeometry(meta, model.resample);
  const { resolutionM, shape } = geometry;
  const grid =
    positions === undefined ? undefined : gridAround(viewPixels(positions, resolutionM).pixels, shape);
  return {
    scan: label,
    frames: scan.numFrames,
    shape: meta.shape,
    center: meta.center,
    psizeM: meta.psize,
    distanceM: meta.distance,
    energyKeV: meta.energy,
    propagation: meta.propagation,
    ...(geometry.inPixels === true ? { inPixels: true as const } : {}),
    resolutionM,
    viewM: [shape[0] * resolutionM[0], shape[1] * resolutionM[1]],
    scannedM: positions === undefined ? null : [extent(positions, 0), extent(positions, 1)],
    object: grid === undefined ? null : [grid.shape[0], grid.shape[1]],
  };
}

/** Largest minus smallest coordinate along an axis of (n, 2) positions. */
function extent(positions: Float64Array, axis: 0 | 1): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = axis; i < positions.length; i += 2) {
    low = Math.min(low, positions[i]);
    high = Math.max(high, positions[i]);
  }
  return high - low;
}

async function runOutlook(
  config: RunConfig,
  scans: readonly ScanOutlook[],
  trials: readonly LoadedScan[],
  { communicator, signal, log }: StageOptions,
): Promise<RunOutlook> {
  const tried = trials.reduce((sum, { packages }) => sum + packages[0].chunk.indices.length, 0);
  const frames = scans.reduce<number | null>(
    (sum, scan) => (sum === null || scan.frames === null ? null : sum + scan.frames),
    0,
  );
  const { backend } = await findBackend(config.compute.backend);
  const model = new Model({ backend, communicator, signal });
  try {
    // The probe is as good as any: how long an iteration takes does not depend on it.
    for (const trial of trials) await takeFrames(model, trial, true, log);
    const engines: { engine: string; seconds: number | null }[] = [];
    for (const entry of config.engines) {
      const perFrame = (await secondsPerIteration(entry, model, { signal, log })) / tried;
      const seconds = frames === null ? null : perFrame * frames * Number(entry.values.numiter);
      engines.push({ engine: entry.name, seconds });
    }
    return {
      memoryBytes: frames === null ? null : memory(config, scans),
      seconds: frames === null ? null : engines.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0),
      engines,
    };
  } finally {
    model.dispose();
    backend.dispose();
  }
}

async function secondsPerIteration(
  { name, values }: EngineConfig,
  model: Model,
  { signal, log }: Pick<StageOptions, 'signal' | 'log'>,
): Promise<number> {
  const trial = { ...values, numiter: WARM_UP + MEASURED, position_refinement: null };
  const engine = await createEngine(engineName(name), trial, {
    model,
    log,
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    await engine.initialize();
    for (let i = 0; i < WARM_UP; i++) await engine.iterate(1);
    const start = performance.now();
    for (let i = 0; i < MEASURED; i++) await engine.iterate(1);
    if (signal?.aborted === true) throw new AbortedError('stopped');
    return (performance.now() - start) / 1000 / MEASURED;
  } finally {
    await engine.finalize();
  }
}

/** Of all ranks together, with the engine that needs most. */
function memory(config: RunConfig, scans: readonly ScanOutlook[]): number {
  const keepsWaves = config.engines.some(({ name }) => WITH_EXIT_WAVES.includes(name));
  const bytes = scans.map(({ scan, frames, shape, object }) => {
    const { coherence, resample } = config.scans.find(({ label }) => label === scan)?.model ?? {};
    const modes = (coherence?.num_probe_modes ?? 1) * (coherence?.num_object_modes ?? 1);
    const waves = keepsWaves ? modes * WAVE_BYTES * (resample ?? 1) ** 2 : 0;
    const pixels = (frames ?? 0) * shape[0] * shape[1];
    // The object, its direction or gradient, and the sums that updates need.
    const grids = object === null ? 0 : object[0] * object[1] * (coherence?.num_object_modes ?? 1) * 32;
    return pixels * (FRAME_BYTES + waves) + grids;
  });
  return PROGRAM_BYTES + bytes.reduce((sum, part) => sum + part, 0);
}
