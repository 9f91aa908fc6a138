/** What some views measured, and what the model makes of them. */
import { item, ndarray, type NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';
import type { Model } from './model.ts';
import type { ModelBlock } from './model-block.ts';

/** One scan point: its measured frame, and the model of it. Copies. */
export interface ViewFrame {
  /** Label of the scan. */
  readonly scan: string;
  /** Scan-point index. */
  readonly index: number;
  /** (y, x) m, where its view lies now: refined where that was asked for. Pixels of the sample where metres are not known. */
  readonly position: Pair;
  /** Optical axis in the frame, pixels (row, col). */
  readonly center: Pair;
  /** (rows, cols) photons; 0 where masked. */
  readonly measured: NdArray<'float32' | 'float64'>;
  /** (rows, cols) photons on the same pixels, by probe and object as they are; masked ones too. */
  readonly model: NdArray<'float32' | 'float64'>;
  /** (rows, cols) statistical weights, 1 is the largest of the scan's first frames; 0 where masked. */
  readonly weights: NdArray<'float32' | 'float64'>;
}

/**
 * Frames of scan points of a scan, in the order of `indices`; those that are not in the model are left out. They lie on the ranks
 * that took them in: the master is given all, others none. Collective.
 */
export async function viewFrames(
  model: Model,
  label: string,
  indices: readonly number[],
): Promise<readonly ViewFrame[]> {
  const own: ViewFrame[] = [];
  for (const block of model.blocks) {
    if (block.scan === label) own.push(...(await framesOf(model, block, new Set(indices))));
  }
  const all = await model.communicator.gather(own);
  const found = new Map((all ?? []).flat().map((frame) => [frame.index, frame]));
  return indices.flatMap((index) => found.get(index) ?? []);
}

async function framesOf(
  model: Model,
  { scan, probeId, objectId, indices, rows, block }: ModelBlock,
  wanted: ReadonlySet<number>,
): Promise<ViewFrame[]> {
  const views = [...indices.keys()].filter((view) => wanted.has(indices[view]));
  if (views.length === 0) return [];
  const { backend } = model;
  const [probe, object] = [model.probe(probeId).array, model.object(objectId).array];
  const { intensities, weights } = await backend.readFrames(block, views);
  const modelled = await backend.modelIntensities(block, probe, object, views);
  const { positions } = model.scan(scan);
  const center = centerIn(model.probe(probeId).geometry, [intensities.shape[1], intensities.shape[2]]);
  return views.map((view, n) => ({
    scan,
    index: indices[view],
    position: [positions[2 * rows[view]], positions[2 * rows[view] + 1]],
    center,
    measured: itemCopy(intensities, n),
    model: itemCopy(modelled, n),
    weights: itemCopy(weights, n),
  }));
}

/** The centre of waves that may be finer than the frames of `shape`, in pixels of these. */
function centerIn({ center, shape: waves }: PropagatorGeometry, shape: Pair): Pair {
  const at = (axis: 0 | 1): number => {
    const finer = waves[axis] / shape[axis];
    return (center[axis] - (finer - 1) / 2) / finer;
  };
  return [at(0), at(1)];
}

/** A frame of a stack, with memory of its own: it travels without the others. */
export function itemCopy(stack: NdArray<'float32' | 'float64'>, n: number): NdArray<'float32' | 'float64'> {
  const { dtype, shape, data } = item(stack, n);
  return ndarray(dtype, shape, data.slice());
}
