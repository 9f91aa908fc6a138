/** Long work lets others have a turn. */

/** Lets timers, messages and signals of this thread in. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
