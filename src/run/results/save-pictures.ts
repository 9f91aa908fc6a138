/** Pictures of what a reconstruction found. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { item, type NdArray } from '../../array/ndarray.ts';
import { FileError } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import type { Model } from '../../model/model.ts';
import type { Png } from '../../pictures/figures/figures.ts';
import type { HistoryEntry } from '../../pictures/figures/history-figure.ts';
import type { ObjectFigure } from '../../pictures/figures/object-figure.ts';
import { pictureObstacle } from '../../pictures/standing.ts';
import type { IterationRecord, Result } from '../../ptyr/result.ts';
import { fluence } from '../../quality/fluence.ts';
import { moved } from '../../quality/moved.ts';
import type { EventListener } from '../events.ts';

/** What pictures are made of. */
export type Pictured = Pick<Result, 'probes' | 'objects' | 'positions' | 'history' | 'fluence'>;

/** Photons on each pixel of every object, by its id. Collective. */
export async function fluences(model: Model): Promise<Fluences> {
  const all: Record<string, NdArray<'float64'>> = {};
  for (const id of model.objects.keys()) all[id] = await fluence(model, id);
  return all;
}

export type Fluences = NonNullable<Result['fluence']>;

/** What draws is loaded when something is drawn: whoever only computes does not wait for it. */
const figures = () => import('../../pictures/figures/figures.ts');

/** The phase of the first object. */
export async function phasePicture(result: Pictured, lit: Fluences, title = 'object phase'): Promise<Png> {
  const [id] = Object.keys(result.objects);
  return (await figures()).objectPhaseFigure({ ...objectFigure(result, lit, id), title });
}

/** What the figures of an object are made of; `layer` is its mode. */
export function objectFigure(
  result: Pick<Pictured, 'objects'>,
  lit: Fluences,
  id: string,
  layer = 0,
): ObjectFigure {
  const { data, psizeM, originM, inPixels } = result.objects[id];
  const coverage = Object.hasOwn(lit, id) ? lit[id] : undefined;
  return {
    object: item(data, layer),
    resolutionM: psizeM,
    originM,
    inPixels,
    ...(coverage === undefined ? {} : { coverage }),
  };
}

/**
 * Object phase and amplitude, probe modes, positions that have moved, and error history, as PNG files in `folder`. Objects are cropped
 * to where there was light (`lit`, photons on each pixel). Throws a `FileError` where a
 * name is taken by what is no picture.
 */
export async function savePictures(
  folder: string,
  result: Pictured,
  lit: Fluences = result.fluence ?? {},
  onEvent: EventListener = () => undefined,
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
