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

/** The best candidate, signed fraction of the frame. Collective; each rank tries its own frames. */
export async function findDefocus(
  backend: Backend,
  communicator: Communicator,
  chunk: Chunk,
  geometry: PropagatorGeometry,
  frames: FrameSummary,
): Promise<number> {
  const trial = createTrial(backend, chunk, geometry);
  const sums = new Float64Array(2 * CANDIDATES.length);
  if (trial !== undefined) {
    for (const [i, spread] of CANDIDATES.entries()) {
      const probe = scaleToPower(spreadProbe(frames.mean, geometry, spread), frames.brightest);
      const { residual, amplitude } = await run(
        backend,
        trial,
        ndarray('complex128', [1, ...geometry.shape], probe),
      );
      sums[2 * i] = residual;
      sums[2 * i + 1] = amplitude;
    }
    backend.freeBlock(trial.block);
  }
  await communicator.allReduce(ndarray('float64', [sums.length], sums));
  let best = 0;
  CANDIDATES.forEach((_, i) => {
    if (sums[2 * i] < sums[2 * best]) best = i;
  });
  return CANDIDATES[best];
}

interface Trial {
  readonly block: Block;
  readonly grid: Grid;
}

/** The views around the median position; undefined without frames. */
function createTrial(backend: Backend, chunk: Chunk, geometry: PropagatorGeometry): Trial | undefined {
  const rows = new Map(chunk.indices.map((index, row) => [index, row]));
  const { pixels: all } = viewPixels(chunk.positions.data, geometry.resolutionM);
  const own = chunk.indicesNode.map((index) => {
    const row = rows.get(index) ?? 0;
    return [all[2 * row], all[2 * row + 1]] as const;
  });
  if (own.length === 0) return undefined;
  const middle = [median(own.map(([row]) => row)), median(own.map(([, col]) => col))];
  const chosen = own
    .map(([row, col], frame) => ({ frame, distance: Math.hypot(row - middle[0], col - middle[1]) }))
    .sort((a, b) => a.distance - b.distance || a.frame - b.frame)
    .slice(0, VIEWS)
    .map(({ frame }) => frame);
  const pixels = Int32Array.from(chosen.flatMap((frame) => [...own[frame]]));
  const grid = gridAround(pixels, geometry.shape);
  const perView = chunk.weights.shape.length === 3;
  const block = backend.createBlock({
    intensities: pickFrames(chunk.data, chosen),
    weights: perView ? pickFrames(chunk.weights, chosen) : chunk.weights,
    corners: ndarray('int32', [chosen.length, 2], cornersIn(grid, pixels, geometry.shape)),
    geometry,
    modes: [[0, 0]],
  });
  return { block, grid };
}

async function run(
  backend: Backend,
  { block, grid }: Trial,
  start: NdArray,
): Promise<{ residual: number; amplitude: number }> {
  const probe = backend.allocate(start.shape, 'complex');
  const object = backend.allocate([1, ...grid.shape], 'complex');
  backend.upload(probe, start);
  backend.fill(object, 1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    await backend.pieSweep(block, probe, object, {
      alpha: 1,
      beta: 1,
      updateProbe: sweep > 0,
      objectNormIsGlobal: false,
      order: visitingOrder(block.views, 0, sweep),
    });
  }
  const sums = await backend.residual(block, probe, object);
  backend.free(probe);
  backend.free(object);
  return sums;
}

function pickFrames(stack: NdArray<RealDType>, frames: readonly number[]): NdArray<'float64'> {
  const [, rows, cols] = stack.shape;
  const size = rows * cols;
  const picked = new Float64Array(frames.length * size);
  frames.forEach((frame, i) => {
    picked.set(stack.data.subarray(frame * size, (frame + 1) * size), i * size);
  });
  return fromNumbers('float64', picked, [frames.length, rows, cols]);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
