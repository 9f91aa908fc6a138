/** Two reconstruction files compared: how far their objects agree. */
import { ConfigError, FileError } from '../../errors.ts';
import { pictureObstacle } from '../../pictures/standing.ts';
import { readPtyr, type PtyrContent } from '../../ptyr/reader.ts';
import type { EventListener } from '../events.ts';
import { resolutionOf, resolutionPicture, type Named } from './resolution.ts';
import { writePicture } from './save-pictures.ts';

export interface CompareOptions {
  /** Storage ID of the object, needed where a file holds several; `first,second` where they differ. */
  readonly object?: string | undefined;
  /** PNG to draw. */
  readonly output: string;
  readonly onEvent: EventListener;
}

/**
 * Throws `FileError` for what is not a `.ptyr`, `ConfigError` where it is not clear which objects are meant, and `DataError`
 * for objects that cannot be compared.
 */
export async function compareFiles(
  files: readonly [string, string],
  { object, output, onEvent }: CompareOptions,
): Promise<void> {
  const obstacle = pictureObstacle(output);
  if (obstacle !== undefined) throw new ConfigError([{ path: '--output', message: obstacle }]);
  const both: Named[] = [];
  for (const i of [0, 1] as const) {
    const content = await readPtyr(files[i]);
    both.push({ name: files[i], content, object: chooseObject(files[i], content, wantedIn(object, i)) });
  }
  const [first, second] = both;
  for (const message of doubts(first, second)) onEvent({ event: 'warning', message });
  const report = resolutionOf(first, second);
  onEvent({ event: 'resolution', ...report });
  writePicture(output, await resolutionPicture(report, 'Fourier ring correlation'), onEvent);
}

/** `wanted` is one ID of both files, or `first,second`. */
function wantedIn(wanted: string | undefined, file: 0 | 1): string | undefined {
  const both = wanted?.split(',') ?? [];
  if (both.length > 2 || both.includes('')) {
    throw new ConfigError([
      {
        path: '--object',
        message: `'${wanted}': expected an ID, or one for each file with a comma between them`,
      },
    ]);
  }
  return both.length === 2 ? both[file] : wanted;
}

function chooseObject(file: string, { objects }: PtyrContent, wanted: string | undefined): string {
  const ids = Object.keys(objects);
  if (ids.length === 0) throw new FileError(`${file} holds no object`, { file, entry: 'content/obj' });
  if (wanted === undefined && ids.length === 1) return ids[0];
  if (wanted !== undefined && ids.includes(wanted)) return wanted;
  const message =
    wanted === undefined
      ? `${file} holds several objects, name one: ${ids.join(', ')}`
      : `${file} has no object '${wanted}'; it holds ${ids.join(', ')} (for objects of different IDs: --object FIRST,SECOND)`;
  throw new ConfigError([{ path: '--object', message }]);
}

/** Part of an energy by which two of one beam may differ. */
const SAME_ENERGY = 1e-3;

/** What a user should know before trusting the number. */
export function doubts(first: Named, second: Named): string[] {
  const found: string[] = [];
  for (const { name, content, object } of [first, second]) {
    const [layers] = content.objects[object].data.shape;
    if (layers > 1) found.push(`${name}: ${object} has ${layers} modes, the first is compared`);
    if (positionsText({ name, content, object }) === '') {
      found.push(`${name} has no positions: what lies half a frame inside of its object counts as lit`);
    }
  }
  const [one, two] = [first, second].map(({ content, object }) => content.objects[object].energyKeV);
  if (Math.abs(two / one - 1) > SAME_ENERGY) {
    found.push(
      `energies of ${one} keV (${first.name}) and ${two} keV (${second.name}): what a sample does to the wave depends on it`,
    );
  }
  const positions = positionsText(first);
  if (positions !== '' && positions === positionsText(second)) {
    found.push(
      'both come from frames at the same positions: if these are the same frames, their noise is common, and the resolution ' +
        'looks better than it is (see --half-sets)',
    );
  }
  return found;
}

/** The positions of an object's views as text, to compare: as measured, for each file may have refined them in its own way. */
function positionsText({ content, object }: Named): string {
  return Object.values(content.positions)
    .filter(({ objectId }) => objectId === object)
    .map(({ measured }) => String(measured.data))
    .join(' ');
}
