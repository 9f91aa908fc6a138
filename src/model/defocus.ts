/**
 * How far from focus the sample is, from the frames alone. The mean pattern fixes the amplitudes of the probe in the detector
 * plane; candidates of its curvature are tried on a few neighbouring views, a few sweeps of the iterative engine each, and
 * the one that explains these frames best is taken. Both signs are tried: they are different probes.
 */
import { fromNumbers, ndarray, type NdArray, type RealDType } from '../array/ndarray.ts';
import type { Backend, Block } from '../compute/backend.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { Chunk } from '../scan/package.ts';
import { scaleToPower, spreadProbe, type FrameSummary } from './probe-estimate.ts';
import { cornersIn, gridAround, viewPixels, type Grid } from './views.ts';
import { visitingOrder } from './visiting-order.ts';

/** Rms radius of the probe by defocus alone, as a fraction of the frame. */
const CANDIDATES = [0, 0.04, -0.04, 0.08, -0.08, 0.12, -0.12, 0.17, -0.17, 0.23, -0.23];
/** Views and sweeps of a trial: the least that told the candidates apart on measured and simulated scans. */
const VIEWS = 24;
const SWEEPS = 6;

/**
 * The best candidate, signed fraction of the frame. Collective: all ranks try the same views, each some of the candidates,
 * so that the answer does not depend on their number.
 */
export async function findDefocus(
  backend: Backend,
  communicator: Communicator,
  chunk: Chunk,
  geometry: PropagatorGeometry,
  frames: FrameSummary,
): Promise<number> {
  const trial = await createTrial(backend, communicator, chunk, geometry);
  const residuals = new Float64Array(CANDIDATES.length);
  for (const [i, spread] of CANDIDATES.entries()) {
    if (i % communicator.size !== communicator.rank) continue;
    const probe = scaleToPower(spreadProbe(frames.mean, geometry, spread), frames.brightest);
    residuals[i] = await run(backend, trial, ndarray('complex128', [1, ...geometry.shape], probe));
  }
  backend.freeBlock(trial.block);
  await communicator.allReduce(ndarray('float64', [residuals.length], residuals));
  return CANDIDATES[residuals.indexOf(Math.min(...residuals))];
}

interface Trial {
  readonly block: Block;
  readonly grid: Grid;
}

/** The views around the median position of the chunk, from whichever rank holds them, on every rank. */
async function createTrial(
  backend: Backend,
  communicator: Communicator,
  chunk: Chunk,
  geometry: PropagatorGeometry,
): Promise<Trial> {
  const { pixels: all } = viewPixels(chunk.positions.data, geometry.resolutionM);
  const at = chunk.indices.map((_, row) => [all[2 * row], all[2 * row + 1]] as const);
  const middle = [median(at.map(([row]) => row)), median(at.map(([, col]) => col))];
  const chosen = at
    .map(([row, col], view) => ({ view, distance: Math.hypot(row - middle[0], col - middle[1]) }))
    .sort((a, b) => a.distance - b.distance || a.view - b.view)
    .slice(0, VIEWS)
    .map(({ view }) => view);

  const local = new Map(chunk.indicesNode.map((index, frame) => [index, frame]));
  const own = chosen.filter((view) => local.has(chunk.indices[view]));
  const frames = own.map((view) => local.get(chunk.indices[view]) ?? 0);
  const shares = await communicator.allGather({
    views: own,
    intensities: pickFrames(chunk.data, frames),
    weights: pickFrames(chunk.weights, frames),
  });
  // In one order, whichever ranks the views came from.
  const views = shares.flatMap((share) => share.views);
  const order = chosen.map((view) => views.indexOf(view));
  const pixels = Int32Array.from(chosen.flatMap((view) => [...at[view]]));
  const grid = gridAround(pixels, geometry.shape);
  const block = backend.createBlock({
    intensities: ordered(
      shares.map((share) => share.intensities),
      order,
    ),
    weights: ordered(
      shares.map((share) => share.weights),
      order,
    ),
    corners: ndarray('int32', [chosen.length, 2], cornersIn(grid, pixels, geometry.shape)),
    geometry,
    modes: [[0, 0]],
  });
  return { block, grid };
}

async function run(backend: Backend, { block, grid }: Trial, start: NdArray): Promise<number> {
  const probe = backend.allocate(start.shape, 'complex');
  const object = backend.allocate([1, ...grid.shape], 'complex');
  backend.upload(probe, start);
  backend.fill(object, 1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    await backend.pieSweep(block, probe, object, {
      objectStep: 1,
      objectBlend: 1,
      probeStep: 1,
      probeBlend: 1,
      updateProbe: sweep > 0,
      probeFollowsObject: true,
      objectNormIsGlobal: false,
      order: visitingOrder(block.views, 0, sweep),
    });
  }
  const { residual } = await backend.residual(block, probe, object);
  backend.free(probe);
  backend.free(object);
  return residual;
}

/** These frames of a stack, or as many copies of the one that all share. */
function pickFrames(stack: NdArray<RealDType>, frames: readonly number[]): NdArray<'float64'> {
  const [rows, cols] = stack.shape.slice(-2);
  const size = rows * cols;
  const picked = new Float64Array(frames.length * size);
  frames.forEach((frame, i) => {
    const start = stack.shape.length === 2 ? 0 : frame * size;
    picked.set(stack.data.subarray(start, start + size), i * size);
  });
  return fromNumbers('float64', picked, [frames.length, rows, cols]);
}

/** The frames of all stacks, one behind the other, in this order. */
function ordered(stacks: readonly NdArray<'float64'>[], order: readonly number[]): NdArray<'float64'> {
  const [, rows, cols] = stacks[0].shape;
  const size = rows * cols;
  const all = stacks.flatMap(({ data, shape }) =>
    Array.from({ length: shape[0] }, (_, i) => data.subarray(i * size, (i + 1) * size)),
  );
  const data = new Float64Array(order.length * size);
  order.forEach((from, i) => {
    data.set(all[from], i * size);
  });
  return fromNumbers('float64', data, [order.length, rows, cols]);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
