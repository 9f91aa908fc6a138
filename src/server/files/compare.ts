/** Two objects compared for a page: of files, or of what a run has now. */
import { readPtyr } from '../../ptyr/reader.ts';
import { doubts } from '../../run/results/compare-files.ts';
import { resolutionOf, type Named } from '../../run/results/resolution.ts';
import { resolutionText } from '../../run/words/quality-text.ts';
import type { Comparison } from '../protocol/messages.ts';
import { RequestError, type ComparedSide, type Served } from './messages.ts';
import { fileOf } from './served.ts';

/** Throws a `DataError` for objects that cannot be compared. */
export async function compare(
  served: Served,
  first: ComparedSide,
  second: ComparedSide,
): Promise<Comparison> {
  const [one, two] = [await namedOf(served, first), await namedOf(served, second)];
  const report = resolutionOf(one, two);
  const { curve, inPixels = false } = report;
  const known = (values: readonly number[]): (number | null)[] =>
    values.map((value) => (Number.isFinite(value) ? value : null));
  return {
    frequency: curve.frequency,
    correlation: known(curve.correlation),
    halfBit: known(curve.halfBit),
    oneBit: known(curve.oneBit),
    inPixels,
    lines: resolutionText(report).split('\n'),
    doubts: doubts(one, two),
  };
}

async function namedOf(served: Served, side: ComparedSide): Promise<Named> {
  const { name, object } = side;
  const content = 'content' in side ? side.content : await readPtyr(fileOf(served, side.file));
  if (!Object.hasOwn(content.objects, object))
    throw new RequestError(404, `${name} has no object '${object}'`);
  return { name, content, object };
}
