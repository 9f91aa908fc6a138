/** Two reconstruction files compared: how far their objects agree. */
import { ConfigError, FileError } from '../errors.ts';
import { pictureObstacle } from '../pictures/standing.ts';
import { readPtyr, type PtyrContent } from '../ptyr/reader.ts';
import type { EventListener } from './events.ts';
import { resolutionOf, resolutionPicture, type Named } from './resolution.ts';
import { writePicture } from './save-result.ts';

export interface CompareOptions {
  /** Storage ID of the object, needed where a file holds several. */
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
  for (const name of files) {
    const content = await readPtyr(name);
    both.push({ name, content, object: chooseObject(name, content, object) });
  }
  const [first, second] = both;
  for (const message of doubts(first, second)) onEvent({ event: 'warning', message });
  const report = resolutionOf(first, second);
  onEvent({ event: 'resolution', ...report });
  writePicture(output, await resolutionPicture(report, 'Fourier ring correlation'), onEvent);
}

function chooseObject(file: string, { objects }: PtyrContent, wanted: string | undefined): string {
  const ids = Object.keys(objects);
  if (ids.length === 0) throw new FileError(`${file} holds no object`, { file, entry: 'content/obj' });
  if (wanted === undefined && ids.length === 1) return ids[0];
  if (wanted !== undefined && ids.includes(wanted)) return wanted;
  const message =
    wanted === undefined
      ? `${file} holds several objects, say which: ${ids.join(', ')}`
      : `${file} has no object '${wanted}'; it holds ${ids.join(', ')}`;
  throw new ConfigError([{ path: '--object', message }]);
}

/** What a user should know before trusting the number. */
function doubts(first: Named, second: Named): string[] {
  const found: string[] = [];
  for (const { name, content, object } of [first, second]) {
    const [layers] = content.objects[object].data.shape;
    if (layers > 1) found.push(`${name}: ${object} has ${layers} modes, the first is compared`);
    if (positionsOf({ name, content, object }) === '') {
      found.push(`${name} has no positions: what lies half a frame inside of its object counts as lit`);
    }
  }
  const positions = positionsOf(first);
  if (positions !== '' && positions === positionsOf(second)) {
    found.push(
      'both come from frames at the same positions: if these are the same frames, their noise is common, and the resolution ' +
        'looks better than it is (see --half-sets)',
    );
  }
  return found;
}

/** The positions of an object's views as text, to compare: as measured, for each file may have refined them in its own way. */
function positionsOf({ content, object }: Named): string {
  return Object.values(content.positions)
    .filter(({ objectId }) => objectId === object)
    .map(({ measured }) => String(measured.data))
    .join(' ');
}
