/** Numbers of backends whose work is done when it is asked for. */
import type { Queued } from '../backend.ts';

/** What `compute` returns. What it throws becomes a rejection, which waits for whoever awaits it. */
export function answer<T>(compute: () => T): Queued<T> {
  const queued = new Promise<T>((resolve) => {
    resolve(compute());
  });
  queued.catch(() => undefined);
  return queued;
}
