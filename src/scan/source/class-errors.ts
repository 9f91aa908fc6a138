/** Errors of scan classes, most of them users' own: they keep their message and say where they come from. */
import { DataError, messageOf, PtyflowError } from '../../errors.ts';

/** What `method` of a scan class gives. What it throws becomes a `DataError` with its message, unless it is of this library. */
export async function fromClass<T>(
  { scanName }: { readonly scanName: string },
  method: string,
  call: () => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof PtyflowError) throw cause;
    throw new DataError(`${scanName}.${method}: ${messageOf(cause)}`, { cause });
  }
}
