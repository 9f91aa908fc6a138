/** What is drawn of a reconstruction. */
import { sliceFirst } from '../../array/ndarray.ts';
import { ConfigError } from '../../errors.ts';
import { errorHistorySvg } from '../../pictures/figures/history-figure.ts';
import { objectAmplitudeSvg, objectPhaseSvg } from '../../pictures/figures/object-figure.ts';
import { positionsSvg } from '../../pictures/figures/positions-figure.ts';
import { probeSvg } from '../../pictures/figures/probe-figure.ts';
import { readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import type { Result } from '../../ptyr/result.ts';
import { resultFluence } from '../../quality/fluence.ts';
import { moved } from '../../quality/moved.ts';
import { drawnHistory, objectFigure, type Fluences } from './save-pictures.ts';

/** Where each object of a file was lit, as far as its positions say. */
export function fluencesOf(content: Pick<Result, 'probes' | 'objects' | 'positions'>): Fluences {
  return Object.fromEntries(
    Object.keys(content.objects).flatMap((id) => {
      const photons = resultFluence(content, id);
      return photons === undefined ? [] : [[id, photons]];
    }),
  );
}

/** SVG documents. Throws `ConfigError` for a layer that is not there, or where the file has nothing of what is asked. */
export async function resultPictures(
  file: string,
  what: 'all' | 'object' | 'phase' | 'amplitude' | 'probe' | 'errors' | 'positions',
  layer: number | undefined,
): Promise<string[]> {
  const content = await readPtyr(file);
  const is = (...names: readonly string[]): boolean => names.includes(what) || what === 'all';
  const drawn = [
    ...(is('object', 'phase', 'amplitude') ? objects(file, content, what, layer) : []),
    ...(is('probe') ? probes(file, content, layer) : []),
    ...(is('errors') && content.history.length > 0 ? [errorHistorySvg(drawnHistory(content.history))] : []),
    ...(is('positions') ? positions(content) : []),
  ];
  if (drawn.length > 0) return drawn;
  throw new ConfigError([{ path: '--what', message: `${file} holds no ${what}` }]);
}

function objects(file: string, content: PtyrContent, what: string, layer = 0): string[] {
  const lit = fluencesOf(content);
  return Object.entries(content.objects).flatMap(([id, { data }]) => {
    requireLayer(file, `object ${id}`, data.shape[0], layer);
    const figure = objectFigure(content, lit, id, layer);
    const of = `${several(content.objects) ? `, ${id}` : ''}${data.shape[0] > 1 ? `, mode ${layer}` : ''}`;
    return [
      ...(what === 'amplitude' ? [] : [objectPhaseSvg({ ...figure, title: `object phase${of}` })]),
      ...(what === 'phase' ? [] : [objectAmplitudeSvg({ ...figure, title: `object amplitude${of}` })]),
    ];
  });
}

function probes(file: string, content: PtyrContent, layer: number | undefined): string[] {
  return Object.entries(content.probes).map(([id, { data, psizeM, inPixels }]) => {
    if (layer !== undefined) requireLayer(file, `probe ${id}`, data.shape[0], layer);
    const of = `${several(content.probes) ? `, ${id}` : ''}${layer === undefined ? '' : `, mode ${layer} alone`}`;
    const probe = layer === undefined ? data : sliceFirst(data, layer, layer + 1);
    return probeSvg({ probe, resolutionM: psizeM, inPixels, title: `probe${of}` });
  });
}

function positions({ positions: scans, objects: fields }: PtyrContent): string[] {
  return Object.entries(scans).map(([label, { positions: now, measured, objectId }]) => {
    const isRefined = moved({ positions: now, measured }).largestM > 0;
    const name = isRefined ? 'refined positions, lines from measured' : 'scan positions';
    return positionsSvg({
      positions: now,
      ...(isRefined ? { measured } : {}),
      inPixels: Object.hasOwn(fields, objectId) ? fields[objectId].inPixels : undefined,
      ...(several(scans) ? { title: `${name}, ${label}` } : {}),
    });
  });
}

function requireLayer(file: string, name: string, layers: number, layer: number): void {
  if (layer < layers) return;
  const known = layers === 1 ? 'only layer 0' : `layers 0 to ${layers - 1}`;
  throw new ConfigError([{ path: '--layer', message: `${layer}: ${name} of ${file} has ${known}` }]);
}

function several(fields: object): boolean {
  return Object.keys(fields).length > 1;
}
