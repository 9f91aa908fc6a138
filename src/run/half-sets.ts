/**
 * Two reconstructions of half the frames each, and the resolution at which they agree. The halves share nothing but the
 * configuration: each starts from it, and from its own frames.
 */
import { dirname, join } from 'node:path';
import { takeFirst } from '../array/ndarray.ts';
import { ConfigError, DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { Result } from '../ptyr/result.ts';
import { makePackage } from '../scan/make-package.ts';
import type { RunConfig } from './config/config-check.ts';
import { halfName, OutputNames } from './results/file-names.ts';
import type { LoadedScan } from './scans/loaded-scan.ts';
import type { ReconstructOptions } from './options.ts';
import { resolutionOf, resolutionPicture } from './results/resolution.ts';
import { saveResult } from './results/save-result.ts';
import { writePicture } from './results/save-pictures.ts';
import type { Half } from './options.ts';

const HALVES: readonly Half[] = [1, 2];

/** Runs the engines of a configuration on these scans; nothing is written unless it is stopped. Collective. */
export type Reconstruct = (
  scans: readonly LoadedScan[],
  config: RunConfig,
  options: ReconstructOptions,
) => Promise<Result>;

/** Throws a `ConfigError` for a configuration that reconstructs nothing, and for scans that are not complete. */
export function checkHalfSets({ engines }: RunConfig, follows: boolean): void {
  if (follows) {
    const message = 'needs complete scans; afterwards --resume FILE.ptyr --half-sets makes the halves';
    throw new ConfigError([{ path: '--half-sets', message }]);
  }
  if (engines.length > 0) return;
  throw new ConfigError([
    { path: '--half-sets', message: 'the configuration has no engines: there is nothing to compare' },
  ]);
}

/**
 * Reconstructs the halves one after the other, saves them beside the reconstruction of all frames, and tells and draws how far
 * their objects agree. Throws `DataError` for objects that cannot be compared. Collective.
 */
export async function runHalfSets(
  scans: readonly LoadedScan[],
  config: RunConfig,
  options: ReconstructOptions,
  reconstruct: Reconstruct,
): Promise<void> {
  const { communicator, onEvent } = options;
  warnOfGivenObjects(config, options);
  const names = new OutputNames(config.io.home, options.output);
  const last = config.engines[config.engines.length - 1];
  const results: Result[] = [];
  let folder = '';
  for (const half of HALVES) {
    const own = scans.map((scan) => halfOf(scan, half));
    onEvent({ event: 'half', half, frames: own.reduce((sum, scan) => sum + framesIn(scan), 0) });
    const result = await reconstruct(own, halfConfig(config, half), {
      ...options,
      half,
      onEvent: (event) => {
        const isOfEngine = event.event === 'iteration' || event.event === 'positions';
        onEvent(isOfEngine ? { ...event, half } : event);
      },
    });
    const values = { run: options.run, engine: last.name, iterations: result.history.length };
    folder = dirname(names.file(config.io.rfile ?? 'pictures', values));
    if (config.io.rfile !== null && isMaster(communicator)) {
      await saveResult(names.file(halfName(config.io.rfile, half), values), result, onEvent);
    }
    results.push(result);
  }
  if (!isMaster(communicator)) return;
  const [first, second] = results.map((content, i) => ({ name: `half ${HALVES[i]}`, content }));
  const ids = Object.keys(first.content.objects);
  for (const object of ids) {
    const report = resolutionOf({ ...first, object }, { ...second, object });
    const png = await resolutionPicture(report, 'Fourier ring correlation of two halves of the frames');
    writePicture(join(folder, ids.length > 1 ? `${object}-frc.png` : 'frc.png'), png, onEvent);
    onEvent({ event: 'resolution', ...report });
  }
}

/** What a sample is given to start from is the same in both halves, noise included. */
function warnOfGivenObjects({ scans }: RunConfig, { onEvent }: ReconstructOptions): void {
  for (const { label, model } of scans) {
    if (model.sample.model === null && model.sample.file === null) continue;
    onEvent({
      event: 'warning',
      message:
        `scans.${label}.sample gives both halves the same object to start from: ` +
        'what remains of it counts as agreement, and the resolution may look better than it is',
    });
  }
}

/** Saved is the end alone, and what there is when it is stopped. */
function halfConfig(config: RunConfig, half: Half): RunConfig {
  const { io } = config;
  const rfile = halfName(io.rfile ?? io.autosave.rfile, half);
  return {
    ...config,
    io: {
      ...io,
      rfile: null,
      autosave: { ...io.autosave, active: false, rfile },
      autoplot: { ...io.autoplot, active: false },
    },
  };
}

function framesIn({ packages }: LoadedScan): number {
  return packages.reduce((sum, { chunk }) => sum + chunk.indices.length, 0);
}

/** The scan as it is. Throws `DataError` where it has not enough frames for two halves. */
export function requireHalves(scan: LoadedScan): LoadedScan {
  const frames = framesIn(scan);
  if (frames < 2) {
    throw new DataError(
      `--half-sets: scan ${scan.entry.label} has ${frames} frame, two halves need at least 2`,
    );
  }
  return scan;
}

/** Every other scan point by the order of their indices: the first, third, … or the second, fourth, … */
export function halfOf(scan: LoadedScan, half: Half): LoadedScan {
  const all = scan.packages.flatMap(({ chunk }) => chunk.indices).sort((a, b) => a - b);
  const wanted = new Set(all.filter((_, i) => i % 2 === half - 1));
  return { ...scan, packages: scan.packages.map((whole) => withPoints(whole, wanted)) };
}

/** The frames of a package with these scan-point indices, copied. */
function withPoints({ chunk, common }: DataPackage, wanted: ReadonlySet<number>): DataPackage {
  const rows = (indices: readonly number[]): number[] =>
    indices.flatMap((index, row) => (wanted.has(index) ? [row] : []));
  const [all, own] = [rows(chunk.indices), rows(chunk.indicesNode)];
  return makePackage(
    {
      num: chunk.num,
      indices: all.map((row) => chunk.indices[row]),
      indicesNode: own.map((row) => chunk.indicesNode[row]),
      data: takeFirst(chunk.data, own),
      weights: chunk.weights.shape.length === 3 ? takeFirst(chunk.weights, own) : chunk.weights,
      positions: takeFirst(chunk.positions, all),
    },
    { ...common, num_frames: wanted.size },
  );
}
