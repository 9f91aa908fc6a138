/** A folder that fills with frames, one a file: what has come since it was looked at last. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileError, messageOf } from '../../errors.ts';
import type { Pair } from '../../frames/pair.ts';
import type { Log } from '../../log.ts';
import { frameNumber, ranges, type FrameNumber } from './frame-names.ts';
import { isWholeImage } from './image-file.ts';
import { parsePositions, type PositionColumns } from './positions-file.ts';

export interface FolderOptions extends PositionColumns {
  readonly base: string;
  readonly pattern: string;
  readonly firstIndex: number;
  /** None: positions are known from elsewhere. */
  readonly positionsFile: string | null;
  /** Name of the file that says that nothing more will come. */
  readonly endFile: string | null;
  readonly follow: boolean;
  /** Hears of files that are left out. */
  readonly log: Log;
}

/** A frame that has come with its position. */
export interface NewFrame {
  readonly point: number;
  readonly name: string;
  /** (y, x), m */
  readonly position: Pair | undefined;
}

/** A folder whose time of change is so long ago can be told from one that has changed since, ms. */
const CLOCK_MS = 1000;

export class FrameFolder {
  /** Where the frames are. */
  readonly folder: string;
  readonly #options: FolderOptions;
  readonly #number: FrameNumber;
  #listed = -1;
  /** Files that have been looked at, but for those that are not whole yet. */
  readonly #seen = new Set<string>();
  /** Whole files of scan points. */
  readonly #names = new Map<number, string>();
  readonly #given = new Set<number>();
  /** Bytes of files that are not whole. */
  #partial = new Map<string, number>();
  #positions: [number, number][] = [];
  #positionsBytes = -1;

  /** Looks at nothing. Throws a ConfigError for a wrong pattern. */
  constructor(options: FolderOptions) {
    this.#options = options;
    this.folder = join(options.base, dirname(options.pattern));
    this.#number = frameNumber(basename(options.pattern), 'pattern');
  }

  /** Frames that came since the last look, by number; `isOver`: these are the last. */
  look(most: number): { frames: NewFrame[]; isOver: boolean } {
    const { endFile, base, follow, positionsFile } = this.#options;
    const hasEnded = !follow || (endFile !== null && existsSync(join(base, endFile)));
    const before = this.#partial;
    this.#list();
    if (positionsFile !== null) this.#readPositions(positionsFile, follow && !hasEnded);
    const ready = [...this.#names.keys()]
      .filter((point) => point < most && !this.#given.has(point) && this.#hasPosition(point))
      .sort((a, b) => a - b);
    for (const point of ready) this.#given.add(point);
    const frames = ready.map((point) => ({
      point,
      name: this.#names.get(point) ?? '',
      position: positionsFile === null ? undefined : this.#positions[point],
    }));
    const isStill = [...this.#partial].every(([name, size]) => !follow || before.get(name) === size);
    return { frames, isOver: hasEnded && isStill };
  }

  /** What did not come, in words, of the scan points below `total` (null: as many as are known of). */
  missing(total: number | null): string[] {
    const known = [...this.#names.keys()];
    const last = known.reduce((most, point) => Math.max(most, point + 1), this.#positions.length);
    const points = Array.from({ length: total ?? last }, (_, i) => i).filter((i) => !this.#given.has(i));
    const absent = points.filter((point) => !this.#names.has(point));
    const lonely = points.filter((point) => this.#names.has(point));
    const words = [
      [absent, `never came to ${this.folder}`],
      [lonely, `have no position in ${this.#options.positionsFile ?? ''}`],
    ] as const;
    const lines = words
      .filter(([list]) => list.length > 0)
      .map(([list, what]) => `frames ${ranges(list)} ${what}`);
    for (const name of this.#partial.keys()) lines.push(`${join(this.folder, name)} is not whole`);
    return lines;
  }

  /** In words, where there are no frames: what does not fit the pattern, or what the frames lack. */
  whatIsThere(): string {
    if (this.#names.size > 0 || this.#partial.size > 0) return this.missing(null).join('; ');
    const { pattern, firstIndex } = this.#options;
    const below = this.#seen.size;
    if (below > 0)
      return `all ${below} frames in ${this.folder} have numbers below first_index ${firstIndex}`;
    return `${contentOf(this.folder)}; none fits the pattern "${basename(pattern)}"`;
  }

  #hasPosition(point: number): boolean {
    return this.#options.positionsFile === null || point < this.#positions.length;
  }

  #list(): void {
    const { follow, firstIndex, log } = this.#options;
    const changed = modified(this.folder);
    const isOld = Date.now() - changed > CLOCK_MS;
    if (changed === this.#listed && this.#partial.size === 0) return;
    this.#listed = isOld ? changed : -1;
    const partial = new Map<string, number>();
    for (const name of readdirSync(this.folder).sort()) {
      if (this.#seen.has(name)) continue;
      const point = (this.#number(name) ?? -Infinity) - firstIndex;
      if (point === -Infinity) continue;
      const file = join(this.folder, name);
      if (follow && !isWholeImage(file)) {
        if (existsSync(file)) partial.set(name, statSync(file).size);
        continue;
      }
      this.#seen.add(name);
      const first = this.#names.get(point);
      if (point < 0) log.warn(`${file} is left out: its number is below first_index ${firstIndex}`);
      else if (first === undefined) this.#names.set(point, name);
      else log.warn(`${file} is left out: ${first} is frame ${point} already`);
    }
    this.#partial = partial;
  }

  #readPositions(file: string, isGrowing: boolean): void {
    try {
      const { size } = statSync(file);
      // A last line without an end counts when nothing more comes.
      if (size === this.#positionsBytes && isGrowing) return;
      this.#positions = parsePositions(readFileSync(file, 'utf8'), this.#options, file, isGrowing);
      this.#positionsBytes = size;
    } catch (cause) {
      if (cause instanceof FileError) throw cause;
      throw new FileError(`${file} cannot be read: ${messageOf(cause)}`, { file }, { cause });
    }
  }
}

function modified(folder: string): number {
  try {
    return statSync(folder).mtimeMs;
  } catch (cause) {
    const above = nearestFolder(folder);
    const there = above === undefined ? '' : `; ${contentOf(above)}`;
    throw new FileError(`${folder} cannot be read: ${messageOf(cause)}${there}`, { file: folder }, { cause });
  }
}

function nearestFolder(folder: string): string | undefined {
  const above = dirname(folder);
  if (existsSync(above)) return above;
  return above === folder ? undefined : nearestFolder(above);
}

const MOST_NAMES = 6;

/** `folder holds 3 entries: a.npy, b.npy, c.txt`; of many the first only. */
function contentOf(folder: string): string {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.length === 0) return `${folder} is empty`;
  const names = entries.slice(0, MOST_NAMES).map((one) => (one.isDirectory() ? `${one.name}/` : one.name));
  const more = entries.length > MOST_NAMES ? `, … ${entries[entries.length - 1].name}` : '';
  return `${folder} holds ${names.join(', ')}${more} (${entries.length} in all)`;
}
