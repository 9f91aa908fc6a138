/** Which files of a folder are frames, and the number in their names. */
import { extname } from 'node:path';
import { ConfigError } from '../../errors.ts';
import { IMAGE_TYPES, isImageName } from './image-file.ts';

/** Number in the name of a file; undefined where the file is none of the frames. */
export type FrameNumber = (name: string) => number | undefined;

/** Names under which files are written before they are whole. */
const UNFINISHED = /^\.|\.tmp$|~$/;

/**
 * From a pattern with one `%d` (or `%06d`) for the number, `*` and `?` for anything else. Without `%d` the last number in a
 * name is meant. Throws a ConfigError for `path` where the pattern names no files that can be read.
 */
export function frameNumber(pattern: string, path: string): FrameNumber {
  const fail = (message: string): never => {
    throw new ConfigError([{ path, message: `${message}, "${pattern}" was given` }]);
  };
  const numbers = pattern.match(/%\d*d/g) ?? [];
  if (numbers.length > 1) fail('one %d is the number of the frame');
  if (/%(?!\d*d)/.test(pattern)) fail('after % comes d, as in %d or %06d');
  const ending = extname(pattern);
  if (ending !== '' && !/[*?%]/.test(ending) && !isImageName(pattern)) {
    fail(`files of the types ${IMAGE_TYPES.join(', ')} can be read`);
  }
  const parts = pattern.split(/(%\d*d|\*|\?)/).map((part) => {
    if (part === '*') return '.*?';
    if (part === '?') return '.';
    return part.startsWith('%') ? '(\\d+)' : part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  });
  const whole = new RegExp(`^${parts.join('')}$`);
  return (name) => {
    const match = whole.exec(name);
    if (match === null || UNFINISHED.test(name) || !isImageName(name)) return undefined;
    const digits = match.at(1) ?? /(\d+)\D*$/.exec(name.slice(0, -extname(name).length))?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
}

/** `12, 57-60`; of many the first only. */
export function ranges(sorted: readonly number[]): string {
  const found: [number, number][] = [];
  for (const n of sorted) {
    const last = found.at(-1);
    if (last?.[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  const texts = found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return texts.length > 20 ? `${texts.slice(0, 20).join(', ')}, …` : texts.join(', ');
}
