/** Probes, objects and positions of a model at some moment, to go back to. */
import type { NdArray } from '../array/ndarray.ts';
import type { Model } from './model.ts';
import { movePositions } from './move-positions.ts';
import { restoreObject, restoreProbe, type EarlierField } from './restore.ts';
import { originOf } from './storage.ts';

export interface KeptFields {
  readonly probes: ReadonlyMap<string, EarlierField>;
  readonly objects: ReadonlyMap<string, EarlierField>;
  readonly positions: ReadonlyMap<string, NdArray<'float64'>>;
}

/** Copies of this moment, beside the memory of the backend. */
export async function keepFields(model: Model): Promise<KeptFields> {
  const probes = new Map<string, EarlierField>();
  for (const [id, { array, geometry }] of model.probes) {
    const data = await model.backend.read(array);
    probes.set(id, { data, psizeM: geometry.resolutionM, originM: [0, 0] });
  }
  const objects = new Map<string, EarlierField>();
  for (const [id, storage] of model.objects) {
    const data = await model.backend.read(storage.array);
    objects.set(id, { data, psizeM: storage.psizeM, originM: originOf(storage) });
  }
  const positions = new Map(
    [...model.scans.keys()].map((label) => [label, model.positionsOf(label).positions]),
  );
  return { probes, objects, positions };
}

/** Back to that moment; frames that came since stay where they are, and objects as large as they have become. Collective. */
export async function restoreFields(model: Model, kept: KeptFields): Promise<void> {
  for (const [label, earlier] of kept.positions) {
    const { positions } = model.positionsOf(label);
    if (earlier.data.every((position, i) => position === positions.data[i])) continue;
    positions.data.set(earlier.data);
    await movePositions(model, label, positions);
  }
  for (const [id, field] of kept.probes) restoreProbe(model, id, field);
  for (const [id, field] of kept.objects) await restoreObject(model, id, field);
}

/** Whether every value of probes and objects is a number. */
export async function areFinite(model: Model): Promise<boolean> {
  const storages = [...model.probes.values(), ...model.objects.values()];
  const squares = await model.backend.dots(storages.map(({ array }) => [array, array] as const));
  return squares.every(Number.isFinite);
}
