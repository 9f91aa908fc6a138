/** Tests that repeat: a few times in `npm test`, all in `npm run test:long`. */
import { inject, it } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    isLong: boolean;
  }
}

/** The first `few` cases; in long runs all of them. */
export function sampled<T>(few: number, cases: readonly T[]): readonly T[] {
  return inject('isLong') ? cases : cases.slice(0, few);
}

/** `few` rounds; in long runs `many`. */
export function rounds(few: number, many: number): number {
  return inject('isLong') ? many : few;
}

/** A test of long runs; `test` may skip it. */
export function longTest(
  name: string,
  run: () => Promise<void> | void,
  test: (name: string, run: () => Promise<void> | void) => void = it,
): void {
  if (inject('isLong')) test(name, run);
}
