/** What the engines' thread and the thread that writes files on the way say to each other. Structured-clonable. */
import type { ComplexDType, NdArray } from '../../array/ndarray.ts';
import type { PlainError } from '../../errors.ts';
import type { Progress, StoredExit, StoredState } from '../../ptyr/progress.ts';
import type { Result } from '../../ptyr/result.ts';

/** Exit waves that follow slice by slice. */
export type ComingExit = Omit<StoredExit, 'waves'> & Pick<StoredExit['waves'], 'dtype' | 'shape'>;

export type ComingState = Omit<StoredState, 'exit'> & { readonly exit: readonly ComingExit[] };

/** `file`: write one; all slices of its exit waves follow, in their order. */
export type ToSaver =
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly result: Result;
      readonly point: Progress['point'] | undefined;
      readonly state: ComingState | undefined;
    }
  | { readonly kind: 'slice'; readonly slice: NdArray<ComplexDType> };

/** `taken`: so many bytes of slices need no memory any more. `seconds`: of work, without waiting for the disk. */
export type FromSaver =
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'saved'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly seconds: number; readonly error: PlainError };
