/**
 * The probe from the frames alone. The mean pattern and the size of the lit area suggest candidates: the mean pattern with the
 * phase of a lens in or out of focus, and discs of light. Each is tried on a few neighbouring views with the iterative
 * engine (Maiden & Rodenburg 2009), which improves it on the way. The better ones go on with more views and sweeps, and what
 * the best has become is the answer (successive halving: Karnin, Koren & Somekh, ICML 2013).
 */
import { ndarray } from '../array/ndarray.ts';
import type { Backend } from '../compute/backend.ts';
import { AbortedError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';
import { createGeometry, type PropagatorGeometry } from '../geometry/propagation.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { finerImage, type FrameSummary } from './frame-summary.ts';
import { bandwidthOf, centered, discProbe, enlarged, spreadProbe } from './probe-estimate.ts';
import { probeSize } from './probe-size.ts';
import { ProbeTrial } from './probe-trial.ts';
import { cutFrame, cutImage, firstPixel, gatherViews } from './trial-views.ts';

/**
 * Spread of the rays of the mean pattern by defocus, in units of the size of the probe, in groups; both signs, because they are different
 * probes. The size is too small where the probe is much curved, hence the large ones.
 */
const SPREADS = [
  [0, 0.5, -0.5],
  [1, -1, 1.5, -1.5],
  [2.2, -2.2, 3.2, -3.2],
] as const;
/** Curvature of the disc, in units of that which makes its pattern as wide as the mean pattern. */
const CURVATURES = [0, 0.5, -0.5] as const;

interface Round {
  readonly views: number;
  readonly sweeps: number;
  /** How many candidates go on. */
  readonly survivors: number;
}

/**
 * The least that told candidates apart on simulated and measured scans: a few sweeps are enough within a group; to tell a
 * probe in focus from a spread one takes an area larger than the spread one, and time.
 */
const ROUNDS: readonly Round[] = [
  { views: 24, sweeps: 6, survivors: 4 },
  { views: 96, sweeps: 8, survivors: 3 },
  { views: 96, sweeps: 20, survivors: 1 },
];
/** Frames larger than this are tried on fewer views in fewer sweeps. */
const LARGE = 128;
/** Candidates whose residual is this many times that of the best do not go on. */
const HOPELESS = 1.5;

interface Candidate {
  readonly number: number;
  readonly group: number;
  readonly wave: Float64Array;
}

/**
 * Far field: the probe that explains the frames of `packages` best, interleaved complex, in the middle of a field of view `resample`
 * times that of the frames.
 * Collective: all ranks try the same views, each some of the candidates, so that the answer does not depend on their number.
 * Throws `AbortedError` when the signal says so.
 */
export async function searchProbe(
  backend: Backend,
  communicator: Communicator,
  packages: readonly DataPackage[],
  resample: number,
  frames: FrameSummary,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { common } = packages[0];
  const cut = cutFrame(frames.mean, common, resample);
  const geometry = createGeometry(cut, resample);
  const first = firstPixel(common, cut.shape);
  const rounds = roundsFor(geometry);
  const views = await gatherViews(communicator, packages, cut, rounds[rounds.length - 1].views);
  const mean = finerImage(cutImage(frames.mean, common.shape[1], first, cut.shape), cut.shape, resample);
  const all = candidates(mean, geometry, probeSize(views.intensities));
  const trial = new ProbeTrial(backend, views, geometry);
  const owner = ({ number }: Candidate): number => number % communicator.size;

  let alive: readonly Candidate[] = all;
  for (const [number, round] of rounds.entries()) {
    const residuals = new Float64Array(all.length);
    for (const candidate of alive) {
      if (owner(candidate) !== communicator.rank || signal?.aborted === true) continue;
      if (number === 0) trial.start(candidate.number, candidate.wave, frames.brightest);
      residuals[candidate.number] = await trial.run(candidate.number, round.views, round.sweeps);
    }
    await communicator.allReduce(ndarray('float64', [residuals.length], residuals));
    // Whoever has heard of it has left candidates out.
    if (await onAnyRank(communicator, signal?.aborted === true)) {
      trial.free();
      throw new AbortedError('stopped while the probe was looked for', { cause: signal?.reason });
    }
    alive = number === 0 ? bestOfGroups(alive, residuals) : best(alive, residuals, round.survivors);
  }
  const [winner] = alive;
  const mine = owner(winner) === communicator.rank;
  const found = mine ? await trial.probe(winner.number) : new Float64Array(0);
  trial.free();
  const probe = await communicator.broadcast(found, owner(winner));
  const whole = createGeometry(common, resample);
  return enlarged(centered(probe, geometry.shape), geometry, whole, [
    resample * first[0],
    resample * first[1],
  ]);
}

function roundsFor({ shape }: PropagatorGeometry): readonly Round[] {
  const scale = LARGE / Math.sqrt(shape[0] * shape[1]);
  if (scale >= 1) return ROUNDS;
  return ROUNDS.map(({ views, sweeps, survivors }) => ({
    views: Math.max(12, Math.round(scale * views)),
    sweeps: Math.max(3, Math.round(scale * sweeps)),
    survivors,
  }));
}

function candidates(mean: Float64Array, geometry: PropagatorGeometry, size: number): Candidate[] {
  // A phase c·r² in the sample plane gives the local frequency c·r/π.
  const full = (Math.PI * bandwidthOf(mean, geometry)) / size;
  const lenses = SPREADS.flatMap((spreads, group) =>
    spreads.map((spread) => ({ group, wave: spreadProbe(mean, geometry, spread * size) })),
  );
  const discs = CURVATURES.map((curvature) => ({
    group: SPREADS.length,
    wave: discProbe(geometry, size, curvature * full),
  }));
  return [...lenses, ...discs].map((candidate, number) => ({ ...candidate, number }));
}

/** One of each kind: after a few sweeps kinds cannot be compared, the spread ones are quicker. */
function bestOfGroups(alive: readonly Candidate[], residuals: Float64Array): Candidate[] {
  const sorted = sortBy(alive, residuals);
  return sorted.filter((candidate, i) => sorted.findIndex(({ group }) => group === candidate.group) === i);
}

function best(alive: readonly Candidate[], residuals: Float64Array, most: number): Candidate[] {
  const sorted = sortBy(alive, residuals);
  const limit = HOPELESS * residuals[sorted[0].number];
  return sorted.filter(({ number }) => residuals[number] <= limit).slice(0, most);
}

function sortBy(alive: readonly Candidate[], residuals: Float64Array): Candidate[] {
  return [...alive].sort((a, b) => residuals[a.number] - residuals[b.number] || a.number - b.number);
}
