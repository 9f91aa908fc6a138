import { useEffect, useMemo } from 'react';
import type { ScanInfo } from '../../../src/server/protocol/messages.ts';
import { usePicture } from '../connection/hooks.ts';
import { worstFirst } from './order.ts';

export interface FrameOrder {
  /** Scan-point indices, first to last. */
  readonly indices: readonly number[];
  /** By scan-point index, as far as they have been asked for. */
  readonly rfactors: ReadonlyMap<number, number>;
  /** Why frames cannot be rated. */
  readonly trouble: string | undefined;
}

const NONE: readonly number[] = [];

/** R-factors are asked for only where the worst frames are to come first. */
export function useOrder(source: string, scan: ScanInfo | undefined, isWorstFirst: boolean): FrameOrder {
  const rates = isWorstFirst && scan !== undefined;
  const wish = rates ? { source, name: scan.label, what: 'rfactors' as const } : undefined;
  const { picture, trouble, onDrawn } = usePicture(wish);
  useEffect(() => {
    if (picture !== undefined) onDrawn(picture);
  }, [picture, onDrawn]);
  const rated = useMemo(() => (picture === undefined ? [] : worstFirst(picture)), [picture]);
  const indices = scan?.indices ?? NONE;
  return useMemo(
    () => ({
      indices: rates && rated.length > 0 ? rated.map(({ index }) => index) : indices,
      rfactors: new Map(rated.map(({ index, rfactor }) => [index, rfactor])),
      trouble,
    }),
    [rates, rated, indices, trouble],
  );
}
