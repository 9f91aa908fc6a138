/** What a reconstruction comes to, as it is written to its `.ptyr`. */
import { astype, type NdArray } from '../../array/ndarray.ts';
import type { DeviceArray } from '../../compute/backend.ts';
import type { Model } from '../../model/model.ts';
import { originOf } from '../../model/storage.ts';
import type { Progress } from '../../ptyr/progress.ts';
import type { Result, StoredField } from '../../ptyr/result.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import { VERSION } from '../../version.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { EventListener } from '../events.ts';

/** Everything the model holds now, read from the backend, in the precision asked for. */
export async function collectResult(
  model: Model,
  config: RunConfig,
  { history, remarks, started }: Required<Pick<Result, 'history' | 'remarks' | 'started'>>,
): Promise<Result> {
  const dtype = config.data_type === 'single' ? 'complex64' : 'complex128';
  const read = async (array: DeviceArray): Promise<NdArray> => astype(await model.backend.read(array), dtype);
  const probes: Record<string, StoredField> = {};
  for (const [id, { array, geometry, energyKeV }] of model.probes) {
    const psizeM = geometry.resolutionM;
    const [rows, cols] = geometry.shape;
    const originM = [-Math.floor(rows / 2) * psizeM[0], -Math.floor(cols / 2) * psizeM[1]] as const;
    probes[id] = { data: await read(array), psizeM, originM, energyKeV, inPixels: geometry.inPixels };
  }
  const objects: Record<string, StoredField> = {};
  for (const [id, storage] of model.objects) {
    const { array, psizeM, energyKeV } = storage;
    const inPixels = storage.inPixels ? true : undefined;
    objects[id] = { data: await read(array), psizeM, originM: originOf(storage), energyKeV, inPixels };
  }
  const positions = Object.fromEntries(
    [...model.scans.keys()].map((label) => [label, model.positionsOf(label)]),
  );
  return {
    probes,
    objects,
    positions,
    config: config.tree,
    history,
    remarks: [...remarks],
    started,
    software: `ptyflow ${VERSION}`,
  };
}

export async function saveResult(
  file: string,
  result: Result,
  onEvent: EventListener,
  progress?: Progress,
): Promise<void> {
  await writePtyr(file, result, progress);
  onEvent({ event: 'saved', what: 'ptyr', file });
}
