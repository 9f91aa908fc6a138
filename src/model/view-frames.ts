/** What some views measured, and what the model makes of them. */
import { item, ndarray, type NdArray } from '../array/ndarray.ts';
import type { Pair } from '../frames/pair.ts';
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
  return views.map((view, n) => ({
    scan,
    index: indices[view],
    position: [positions[2 * rows[view]], positions[2 * rows[view] + 1]],
    measured: copyOf(intensities, n),
    model: copyOf(modelled, n),
    weights: copyOf(weights, n),
  }));
}

/** A frame of a stack, with memory of its own: it travels without the others. */
function copyOf(stack: NdArray<'float32' | 'float64'>, n: number): NdArray<'float32' | 'float64'> {
  const { dtype, shape, data } = item(stack, n);
  return ndarray(dtype, shape, data.slice());
}
