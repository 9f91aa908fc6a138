/** What a reconstruction writes: the `.ptyr`, and pictures of what it found. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { item } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';
import { originOf } from '../model/storage.ts';
import {
  errorHistoryFigure,
  objectAmplitudeFigure,
  objectPhaseFigure,
  probeFigure,
  type Png,
} from '../pictures/figures.ts';
import type { IterationRecord, Result, StoredField } from '../ptyr/result.ts';
import { writePtyr } from '../ptyr/writer.ts';
import { VERSION } from '../version.ts';
import type { RunConfig } from './config-check.ts';
import { coverageOf } from './coverage.ts';
import type { EventListener } from './events.ts';

/** Everything the model holds now, read from the backend. */
export async function collectResult(
  model: Model,
  config: RunConfig,
  history: readonly IterationRecord[],
  started: Date,
): Promise<Result> {
  const probes: Record<string, StoredField> = {};
  for (const [id, { array, geometry, energyKeV }] of model.probes) {
    const psizeM = geometry.resolutionM;
    const [rows, cols] = geometry.shape;
    const originM = [-Math.floor(rows / 2) * psizeM[0], -Math.floor(cols / 2) * psizeM[1]] as const;
    probes[id] = { data: await model.backend.read(array), psizeM, originM, energyKeV };
  }
  const objects: Record<string, StoredField> = {};
  for (const [id, storage] of model.objects) {
    const { array, psizeM, energyKeV } = storage;
    objects[id] = { data: await model.backend.read(array), psizeM, originM: originOf(storage), energyKeV };
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

export async function saveResult(file: string, result: Result, onEvent: EventListener): Promise<void> {
  await writePtyr(file, result);
  onEvent({ event: 'saved', what: 'ptyr', file });
}

/** Object phase and amplitude, probe modes and error history, as PNG files in `folder`. */
export async function savePictures(
  folder: string,
  model: Model,
  result: Result,
  onEvent: EventListener,
): Promise<void> {
  const write = (name: string, png: Png): void => {
    const file = join(folder, `${name}.png`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, png);
    onEvent({ event: 'saved', what: 'picture', file });
  };
  const several = (fields: object): boolean => Object.keys(fields).length > 1;
  for (const [id, { data, psizeM, originM }] of Object.entries(result.objects)) {
    const prefix = several(result.objects) ? `${id}-` : '';
    const figure = {
      object: item(data, 0),
      resolutionM: psizeM,
      originM,
      coverage: coverageOf(model, id, result),
    };
    write(`${prefix}phase`, await objectPhaseFigure({ ...figure, title: 'object phase' }));
    write(`${prefix}amplitude`, await objectAmplitudeFigure({ ...figure, title: 'object amplitude' }));
  }
  for (const [id, { data, psizeM }] of Object.entries(result.probes)) {
    const prefix = several(result.probes) ? `${id}-` : '';
    write(`${prefix}probe`, await probeFigure({ probe: data, resolutionM: psizeM }));
  }
  if (result.history.length > 0) {
    const history = result.history.map(({ engine, iterations, errors }) => ({
      engine,
      iteration: iterations,
      errors,
    }));
    write('errors', await errorHistoryFigure(history));
  }
}
