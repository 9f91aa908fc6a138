/** What engines without exit waves of their own do to probe and object after each iteration. */
import type { Model } from '../model/model.ts';
import { centerProbes } from './probe-center.ts';
import type { ProbeSupports } from './probe-support.ts';

/** By ptypy's names. */
export interface ConstraintParameters {
  readonly probe_support: number | null;
  readonly probe_center_tol: number | null;
  readonly clip_object: readonly [number, number] | null;
}

/** Probes, if they were updated, within their support and in the middle; amplitudes of objects within their interval. */
export async function constrain(
  model: Model,
  supports: ProbeSupports,
  parameters: ConstraintParameters,
  probesUpdated: boolean,
): Promise<void> {
  const { probe_center_tol: tolerance, clip_object: clip } = parameters;
  if (probesUpdated) {
    for (const { id, array } of model.probes.values()) supports.apply(id, array);
    if (tolerance !== null) await centerProbes(model, tolerance, false);
  }
  if (clip === null) return;
  for (const { array } of model.objects.values()) model.backend.clipAmplitude(array, clip[0], clip[1]);
}
