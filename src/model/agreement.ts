/** What scans that share a probe or an object, and packages of one scan, must agree on. Each throws `DataError`. */
import { DataError } from '../errors.ts';
import type { Pair } from '../frames/pair.ts';
import type { PropagatorGeometry } from '../geometry/propagation.ts';

export function requireSameGeometry(
  scan: { readonly label: string },
  known: PropagatorGeometry,
  given: PropagatorGeometry,
): void {
  if (known.shape[0] !== given.shape[0] || known.shape[1] !== given.shape[1]) {
    throw new DataError(
      `scan '${scan.label}': frames of ${given.shape.join('x')} for a probe of ${known.shape.join('x')}`,
    );
  }
  requirePixel(scan, known.resolutionM, given.resolutionM);
}

export function requirePixel(scan: { readonly label: string }, known: Pair, given: Pair): void {
  for (const axis of [0, 1] as const) {
    if (Math.abs(known[axis] - given[axis]) > 1e-6 * known[axis]) {
      throw new DataError(
        `scan '${scan.label}': sample pixel of (${given.join(', ')}) m for a grid of (${known.join(', ')}) m`,
      );
    }
  }
}

export function requireModes(what: string, id: string, known: number, wanted: number): void {
  if (known !== wanted)
    throw new DataError(`${what} '${id}' has ${known} modes, a scan that uses it asks for ${wanted}`);
}
