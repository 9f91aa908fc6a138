/** What a reconstruction writes: the `.ptyr`, and pictures of what it found. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { astype, item, type NdArray } from '../../array/ndarray.ts';
import type { DeviceArray } from '../../compute/backend.ts';
import { FileError } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import type { Model } from '../../model/model.ts';
import { originOf } from '../../model/storage.ts';
import type { Png } from '../../pictures/figures/figures.ts';
import type { HistoryEntry } from '../../pictures/figures/history-figure.ts';
import { pictureObstacle } from '../../pictures/standing.ts';
import type { ObjectFigure } from '../../pictures/figures/object-figure.ts';
import type { Progress } from '../../ptyr/progress.ts';
import type { IterationRecord, Result, StoredField } from '../../ptyr/result.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import { moved } from '../../quality/moved.ts';
import { fluence } from '../../quality/fluence.ts';
import { VERSION } from '../../version.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { EventListener } from '../events.ts';

/** Everything the model holds now, read from the backend, in the precision asked for. */
export async function collectResult(
  model: Model,
  config: RunConfig,
  history: readonly IterationRecord[],
  started: Date,
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

/** Photons on each pixel of every object, by its id. Collective. */
export async function fluences(model: Model): Promise<Fluences> {
  const all = new Map<string, NdArray<'float64'>>();
  for (const id of model.objects.keys()) all.set(id, await fluence(model, id));
  return all;
}

export type Fluences = ReadonlyMap<string, NdArray<'float64'>>;

/** What draws is loaded when something is drawn: whoever only computes does not wait for it. */
const figures = () => import('../../pictures/figures/figures.ts');

/** The phase of the first object. */
export async function phasePicture(result: Result, lit: Fluences, title = 'object phase'): Promise<Png> {
  const [id] = Object.keys(result.objects);
  return (await figures()).objectPhaseFigure({ ...objectFigure(result, lit, id), title });
}

function objectFigure(result: Result, lit: Fluences, id: string): ObjectFigure {
  const { data, psizeM, originM, inPixels } = result.objects[id];
  const coverage = lit.get(id);
  return {
    object: item(data, 0),
    resolutionM: psizeM,
    originM,
    inPixels,
    ...(coverage === undefined ? {} : { coverage }),
  };
}

/** Object phase and amplitude, probe modes, positions that have moved, and error history, as PNG files in `folder`. */
export async function savePictures(
  folder: string,
  result: Result,
  lit: Fluences,
  onEvent: EventListener,
): Promise<void> {
  const draw = await figures();
  const write = (name: string, png: Png): void => {
    writePicture(join(folder, `${name}.png`), png, onEvent);
  };
  const several = (fields: object): boolean => Object.keys(fields).length > 1;
  for (const id of Object.keys(result.objects)) {
    const prefix = several(result.objects) ? `${id}-` : '';
    const figure = objectFigure(result, lit, id);
    write(`${prefix}phase`, await draw.objectPhaseFigure({ ...figure, title: 'object phase' }));
    write(`${prefix}amplitude`, await draw.objectAmplitudeFigure({ ...figure, title: 'object amplitude' }));
  }
  for (const [id, { data, psizeM, inPixels }] of Object.entries(result.probes)) {
    const prefix = several(result.probes) ? `${id}-` : '';
    write(`${prefix}probe`, await draw.probeFigure({ probe: data, resolutionM: psizeM, inPixels }));
  }
  for (const [label, { positions, measured, objectId }] of Object.entries(result.positions)) {
    if (moved({ positions, measured }).largestM === 0) continue;
    const prefix = several(result.positions) ? `${label}-` : '';
    write(
      `${prefix}positions`,
      await draw.positionsFigure({ positions, measured, inPixels: result.objects[objectId].inPixels }),
    );
  }
  if (result.history.length > 0) {
    write('errors', await draw.errorHistoryFigure(drawnHistory(result.history)));
  }
}

/** What ran while frames still came: the first engine, which was asked for no number of iterations then. */
export function drawnHistory(history: readonly IterationRecord[]): HistoryEntry[] {
  const again = history.findIndex((record, i) => {
    const before = history[Math.max(0, i - 1)];
    return (
      record.engine !== before.engine ||
      record.iteration < before.iteration ||
      record.numiter !== record.iteration
    );
  });
  const live = again === -1 ? history.length : again;
  const isLive = live > 1 || history.at(0)?.engine === history.at(1)?.engine;
  return history.map(({ engine, iteration, errors }, i) => ({
    engine,
    iteration,
    errors,
    live: isLive && i < live,
  }));
}

export function writePicture(file: string, png: Png, onEvent: EventListener): void {
  const obstacle = pictureObstacle(file);
  if (obstacle !== undefined) throw new FileError(obstacle, { file });
  makeFolder(dirname(file));
  writeFileSync(file, png);
  onEvent({ event: 'saved', what: 'picture', file });
}
