/** Exit waves on their way from one backend to another: each may keep them with a phase of its own. */
import { astype, describe, ndarray, type NdArray } from '../../array/ndarray.ts';
import { DataError } from '../../errors.ts';

/**
 * Exit waves (n, modes, rows, cols) multiplied by `from` (spec of `Block.exitPhase`) as waves multiplied by `to`, complex128;
 * where both are the same the waves themselves. Throws `DataError` where a phase is not (rows, cols).
 */
export function withPhase(waves: NdArray, from: NdArray | undefined, to: NdArray | undefined): NdArray {
  if (isSame(from, to)) return waves;
  const out = Float64Array.from(astype(waves, 'complex128').data);
  if (from !== undefined) turn(out, factors(from, waves), true);
  if (to !== undefined) turn(out, factors(to, waves), false);
  return ndarray('complex128', [...waves.shape], out);
}

function isSame(a: NdArray | undefined, b: NdArray | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.shape.join() !== b.shape.join()) return false;
  const [x, y] = [astype(a, 'complex128').data, astype(b, 'complex128').data];
  return x.every((value, i) => value === y[i]);
}

function factors(phase: NdArray, waves: NdArray): Float64Array {
  if (phase.shape.join() !== waves.shape.slice(-2).join()) {
    throw new DataError(`exit waves ${describe(waves)} and their phase ${describe(phase)}: other frames`);
  }
  return astype(phase, 'complex128').data;
}

/** Multiplies every wave by the phase, or takes it off: rounded, it is not quite of length 1. */
function turn(waves: Float64Array, phase: Float64Array, off: boolean): void {
  for (let i = 0, p = 0; i < waves.length; i += 2, p = p + 2 === phase.length ? 0 : p + 2) {
    const [re, im] = [phase[p], phase[p + 1]];
    const scale = off ? 1 / (re * re + im * im) : 1;
    const [c, s] = [scale * re, off ? -scale * im : im];
    const real = waves[i];
    waves[i] = c * real - s * waves[i + 1];
    waves[i + 1] = c * waves[i + 1] + s * real;
  }
}
