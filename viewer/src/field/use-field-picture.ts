import { useState } from 'react';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { usePicture } from '../connection/hooks.ts';

/** Pixels of the screen in steps: a window that is dragged wider does not ask for a picture at each pixel. */
const STEP = 128;

export interface ShownField {
  readonly picture?: Picture;
  /** Why it cannot be shown. */
  readonly trouble?: string;
  readonly onDrawn: (picture: Picture) => void;
  /** Device pixels that a picture can have. */
  readonly onSize: (rows: number, cols: number) => void;
}

/** A layer of a probe or an object, newest state, at the size of the screen, once that is known. */
export function useFieldPicture(
  source: string,
  what: 'object' | 'probe',
  name: string,
  layer: number,
): ShownField {
  const [screen, setScreen] = useState<readonly [number, number]>();
  const shown = usePicture(screen === undefined ? undefined : { source, name, what, layer, screen });
  return {
    ...shown,
    onSize: (rows, cols) => {
      const [y, x] = [rows, cols].map((size) => Math.max(STEP, Math.ceil(size / STEP) * STEP));
      setScreen((old) => (old?.[0] === y && old[1] === x ? old : [y, x]));
    },
  };
}
