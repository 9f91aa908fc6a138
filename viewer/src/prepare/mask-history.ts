/** Edits of a mask that can be undone and done again. */
import type { MaskEdit } from '../../../src/scan/prepare/mask-edits.ts';

export interface MaskHistory {
  readonly edits: readonly MaskEdit[];
  /** Undone, the next to do again last. */
  readonly undone: readonly MaskEdit[];
}

export const NO_EDITS: MaskHistory = { edits: [], undone: [] };

export type MaskStep = 'undo' | 'redo' | MaskEdit;

export function step({ edits, undone }: MaskHistory, by: MaskStep): MaskHistory {
  if (by === 'undo') {
    const last = edits.at(-1);
    return last === undefined ? { edits, undone } : { edits: edits.slice(0, -1), undone: [...undone, last] };
  }
  if (by === 'redo') {
    const next = undone.at(-1);
    return next === undefined ? { edits, undone } : { edits: [...edits, next], undone: undone.slice(0, -1) };
  }
  return { edits: [...edits, by], undone: [] };
}
