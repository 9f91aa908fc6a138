/** Pictures of a file as one PNG or SVG file: `ptyflow plot`. */
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import { isSameFile } from '../../files/identity.ts';
import { renderSvg } from '../../pictures/panels/render.ts';
import { sheet } from '../../pictures/panels/svg.ts';
import { pictureObstacle, SVG_START } from '../../pictures/standing.ts';
import { adviceFor, fileKind } from '../config/file-kind.ts';
import type { EventListener } from '../events.ts';
import { framePictures } from './plot-frames.ts';
import { resultPictures } from './plot-result.ts';

export const RESULT_PICTURES = [
  'all',
  'object',
  'phase',
  'amplitude',
  'probe',
  'errors',
  'positions',
] as const;
export const FRAME_PICTURES = ['frame', 'mean', 'positions'] as const;

export type ResultPicture = (typeof RESULT_PICTURES)[number];
export type FramePicture = (typeof FRAME_PICTURES)[number];

export interface PlotOptions {
  /** Ends in .png or .svg. */
  readonly output: string;
  /** Default: `all` of a `.ptyr`, `frame` of a `.ptyd`. */
  readonly what?: ResultPicture | FramePicture | undefined;
  /** Number of the frame, from 0, in the order of scan points; default 0. */
  readonly frame?: number | undefined;
  /** The mode of object or probe, from 0; default: the first of the object, all of the probe. */
  readonly layer?: number | undefined;
  /** Overwrite what is no picture of this program. */
  readonly force?: boolean | undefined;
  readonly onEvent: EventListener;
}

/**
 * Draws a `.ptyr` or `.ptyd` into one picture. Throws `ConfigError` for what cannot be asked of the file or written there, and
 * `FileError` for a file that cannot be read.
 */
export async function plotFile(file: string, options: PlotOptions): Promise<void> {
  const { output, what, frame, layer, force = false, onEvent } = options;
  if (!/\.(png|svg)$/i.test(output))
    throw usage('--output', `'${output}': expected a name that ends in .png or .svg`);
  requireFree(file, output, force, pictureObstacle);
  const svg = sheet(await pictures(), 2);
  const content = /\.svg$/i.test(output) ? SVG_START + svg : await renderSvg(svg);
  makeFolder(dirname(output));
  writeFileSync(output, content);
  onEvent({ event: 'saved', what: 'picture', file: output });

  async function pictures(): Promise<string[]> {
    const kind = await fileKind(file);
    if (kind === 'ptyd' || (/\.ptyd$/i.test(file) && (kind === 'missing' || kind === 'misnamed'))) {
      if (layer !== undefined) throw usage('--layer', `is for a .ptyr; ${file} holds frames`);
      return framePictures(file, oneOf(file, what ?? 'frame', FRAME_PICTURES), frame);
    }
    if (kind === 'ptyr' || kind === 'missing' || kind === 'misnamed') {
      if (frame !== undefined) throw usage('--frame', `is for a .ptyd; ${file} is a reconstruction`);
      return resultPictures(file, oneOf(file, what ?? 'all', RESULT_PICTURES), layer);
    }
    throw usage('', `${file} ${adviceFor(file, kind) ?? 'is text'}. Expected a .ptyr or a .ptyd`);
  }
}

/**
 * Throws a `ConfigError` where `output` must not be written: it is the file that is read, or `obstacle` says what is there. With
 * `force` only the first counts.
 */
export function requireFree(
  file: string,
  output: string,
  force: boolean,
  obstacle: (file: string) => string | undefined,
): void {
  if (isSameFile(file, output)) throw usage('--output', `${output} is the file that is read`);
  const found = force ? undefined : obstacle(output);
  if (found !== undefined) throw usage('--output', `${found}, or overwrite it with --force`);
}

function oneOf<T extends string>(file: string, what: string, known: readonly T[]): T {
  const found = known.find((name) => name === what);
  if (found !== undefined) return found;
  throw usage('--what', `'${what}' is not in ${file}; it has ${known.join(', ')}`);
}

export function usage(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }]);
}
