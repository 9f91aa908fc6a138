/** Positions from a text or CSV file: a line for each scan point, which may still be written. */
import { FileError } from '../../errors.ts';

export interface PositionColumns {
  /** Columns of y and x, from 0; null: the first two, behind a column of names where there is one. */
  readonly columns: readonly [number, number] | null;
  /** Factors that make metres of them. */
  readonly multiplier: readonly [number, number];
}

/**
 * (y, x) of each scan point, m. Lines that are empty, begin with `#`, or before the first position hold no numbers are left
 * out; with `isGrowing` the last line counts once it is ended. Throws a FileError that names the line.
 */
export function parsePositions(
  text: string,
  { columns, multiplier }: PositionColumns,
  file: string,
  isGrowing: boolean,
): [number, number][] {
  const lines = text.split('\n');
  if (isGrowing || lines.at(-1) === '') lines.pop();
  const positions: [number, number][] = [];
  lines.forEach((line, i) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return;
    const words = trimmed.split(/\s*[,;]\s*|\s+/);
    const own = columns ?? (Number.isFinite(Number(words[0])) ? [0, 1] : [1, 2]);
    const [y, x] = own.map((column) => (column < words.length ? Number(words[column]) : NaN));
    if (Number.isFinite(y) && Number.isFinite(x)) positions.push([y * multiplier[0], x * multiplier[1]]);
    else if (positions.length > 0) {
      const entry = `line ${i + 1}`;
      throw new FileError(
        `${file}: ${entry} has no numbers in columns ${own.join(' and ')}: "${trimmed.slice(0, 60)}"`,
        { file, entry },
      );
    }
  });
  return positions;
}
