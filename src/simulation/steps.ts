/** Work that can be paused between steps which each take a moment only. */

export type Steps<T = void> = Generator<undefined, T, undefined>;

/** How long steps go on before others get their turn, ms. */
const TURN_MS = 20;

/** All steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** All steps, with pauses in which `breathe` lets signals in and may throw. */
export async function finishInTurns<T>(steps: Steps<T>, breathe: () => Promise<void>): Promise<T> {
  let turn = performance.now();
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - turn < TURN_MS) continue;
    await breathe();
    turn = performance.now();
  }
}
