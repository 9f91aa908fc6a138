/** The frames of a scan, prepared and kept, on their way into a model. */
import { ndarray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import type { DataPackage } from '../../frames/package.ts';
import { createGeometry } from '../../geometry/propagation.ts';
import { silentLog, type Log } from '../../log.ts';
import { brightestFrame } from '../../model/frame-summary.ts';
import type { Model, ScanStart } from '../../model/model.ts';
import { isMaster } from '../../parallel/communicator.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { RunConfig, ScanConfig } from '../config/config-check.ts';
import type { PreparedFrames } from '../control/prepared-frames.ts';
import { drainScan } from './prepare.ts';
import type { ReconstructOptions } from '../options.ts';
import { metaFor, placed } from './placed.ts';
import { createPrepared, createScan } from './scans.ts';
import { ownersOf, type Owners } from './sharing.ts';
import { scanStart } from './starts.ts';

/** All frames of one scan, prepared. */
export interface LoadedScan {
  readonly entry: ScanConfig;
  /** The scans whose probe and object this one uses. */
  readonly owners: Owners;
  /** Frames of this rank, positions of all. */
  readonly packages: readonly DataPackage[];
}

/** All packages of a scan. */
export async function loadFrames(
  entry: ScanConfig,
  config: RunConfig,
  options: ReconstructOptions,
  prepared?: PreparedFrames,
): Promise<LoadedScan> {
  // The master decides: ranks on other machines may see the files differently.
  const overrides = await options.communicator.broadcast(await options.overrides(entry));
  const scan = createScan(entry, options, overrides);
  const packages: DataPackage[] = [];
  const take = (chunk: DataPackage): void => {
    const part = withPropagation(chunk, entry);
    // Frames that cannot be placed need not all be read.
    if (packages.length === 0) createGeometry(part.common);
    packages.push(part);
    prepared?.add(entry.label, part);
  };
  const instead = (dfile: string): PtyScan => createPrepared(entry, options, dfile);
  const isReused = options.prepareAnew !== true;
  const perBlock = config.frames_per_block;
  await drainScan(scan, entry.label, perBlock, options, take, prepared, isReused ? instead : undefined);
  return { entry, owners: ownersOf(entry, config.scans), packages };
}

/**
 * All packages into the model, after the start, which knows the brightest frame. No probe is looked for in the frames if one
 * takes its place afterwards. The master's `log` hears what becomes of a probe that is given.
 */
export async function takeFrames(
  model: Model,
  { entry, owners, packages }: LoadedScan,
  probeFollows: boolean,
  log: Log,
): Promise<void> {
  const first = packages.at(0);
  if (first === undefined) throw new DataError(`scan ${entry.label} has no frames`);
  const brightest = await brightestFrame(model.communicator, packages);
  const told = isMaster(model.communicator) ? log : silentLog;
  const start = await scanStart(entry, owners, first.common, brightest, told);
  model.addScan(entry.label, probeFollows ? withSomeProbe(start, first.common) : start);
  await model.addPackages(entry.label, packages);
}

function withSomeProbe(start: ScanStart, meta: Meta): ScanStart {
  const [rows, cols] = createGeometry(meta, start.resample).shape;
  const uniform = new Float64Array(2 * rows * cols).fill(1);
  return { ...start, probe: { given: ndarray('complex128', [rows, cols], uniform), ...start.probe } };
}

/**
 * As the model takes it: `scans.<label>.propagation` wins over what the data says, and positions whose metres mean nothing, because
 * geometry is not known, count assumed pixels (`assumedPixel`).
 */
export function withPropagation(chunk: DataPackage, { model }: ScanConfig): DataPackage {
  const { positions, meta } = placed(chunk.chunk.positions, metaFor(chunk.common, model));
  if (meta === chunk.common) return chunk;
  return { ...chunk, common: meta, chunk: { ...chunk.chunk, positions } };
}
