/** The frames of a scan, prepared and kept, on their way into a model. */
import { ndarray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';
import { createGeometry } from '../geometry/propagation.ts';
import type { Model, ScanStart } from '../model/model.ts';
import type { DataPackage, Meta } from '../scan/package.ts';
import type { RunConfig, ScanConfig } from './config-check.ts';
import { drainScan } from './prepare.ts';
import type { ReconstructOptions } from './reconstruct.ts';
import { createScan } from './scans.ts';
import { scanStart } from './starts.ts';

/** All frames of one scan, prepared. */
export interface LoadedScan {
  readonly entry: ScanConfig;
  /** Frames of this rank, positions of all. */
  readonly packages: readonly DataPackage[];
}

/** All packages of a scan. */
export async function loadFrames(
  entry: ScanConfig,
  config: RunConfig,
  options: ReconstructOptions,
): Promise<LoadedScan> {
  // The master decides: ranks on other machines may see the files differently.
  const overrides = await options.communicator.broadcast(options.overrides(entry));
  const scan = createScan(entry, options, overrides);
  const packages: DataPackage[] = [];
  await drainScan(scan, entry.label, config.frames_per_block, options, (chunk) => {
    packages.push(withPropagation(chunk, entry));
  });
  return { entry, packages };
}

/**
 * All packages into the model, after the start, which knows the brightest frame. No probe is looked for in the frames if one
 * takes its place afterwards.
 */
export async function takeFrames(
  model: Model,
  { entry, packages }: LoadedScan,
  probeFollows: boolean,
): Promise<void> {
  const first = packages.at(0);
  if (first === undefined) throw new DataError(`scan ${entry.label} has no frames`);
  const brightest = Math.max(...packages.map(brightestFrame));
  const brightestOfAll = Math.max(...(await model.communicator.allGather(brightest)));
  const start = await scanStart(entry, first.common, brightestOfAll);
  model.addScan(entry.label, probeFollows ? withSomeProbe(start, first.common) : start);
  await model.addPackages(entry.label, packages);
}

function withSomeProbe(start: ScanStart, meta: Meta): ScanStart {
  const [rows, cols] = createGeometry(meta).shape;
  const uniform = new Float64Array(2 * rows * cols).fill(1);
  return { ...start, probe: { given: ndarray('complex128', [rows, cols], uniform), ...start.probe } };
}

/** `scans.<label>.propagation` wins over what the data says. */
export function withPropagation(chunk: DataPackage, { model }: ScanConfig): DataPackage {
  if (model.propagation === null) return chunk;
  return { ...chunk, common: { ...chunk.common, propagation: model.propagation } };
}

/** Largest Σ m·I of a frame of this rank. */
function brightestFrame({ chunk }: DataPackage): number {
  const { data, weights } = chunk;
  const size = data.shape[1] * data.shape[2];
  const shared = weights.shape.length === 2;
  let brightest = 0;
  for (let start = 0; start < data.data.length; start += size) {
    let total = 0;
    for (let i = 0; i < size; i++) {
      if (weights.data[shared ? i : start + i] > 0) total += data.data[start + i];
    }
    brightest = Math.max(brightest, total);
  }
  return brightest;
}
