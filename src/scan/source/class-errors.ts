/** Calls into scan classes, most of them users' own: errors say where they come from, and what never answers is not waited for. */
import { DataError, messageOf, PtyflowError } from '../../errors.ts';
import { stopped } from '../stopped.ts';

interface Called {
  readonly scanName: string;
  /** Ends the waiting, at once. */
  readonly signal: AbortSignal | undefined;
}

/**
 * What `method` of a scan class gives. What it throws becomes a `DataError` with its message, unless it is of this library. Throws an
 * `AbortedError` when the user wants the end, also while an answer is outstanding, which may never come.
 */
export async function fromClass<T>(
  { scanName, signal }: Called,
  method: string,
  call: () => T | Promise<T>,
): Promise<T> {
  let stop: (() => void) | undefined;
  try {
    const answer = call();
    if (signal === undefined || !(answer instanceof Promise)) return await answer;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => {
        reject(stopped());
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    });
    return await Promise.race([answer, aborted]);
  } catch (cause) {
    if (cause instanceof PtyflowError) throw cause;
    throw new DataError(`${scanName}.${method}: ${messageOf(cause)}`, { cause });
  } finally {
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
  }
}
