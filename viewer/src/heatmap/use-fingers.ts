/** Two fingers on a picture: they pinch and move it. A double tap shows the whole. */
import { useEffect, useRef, type PointerEvent, type RefObject } from 'react';
import { pinched, type Point, type View } from './view.ts';

/** Between the taps of a double tap: ms, and px. */
const TAP_MS = 350;
const TAP_PX = 30;

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Pinch {
  readonly view: View;
  readonly distance: number;
  readonly middle: Point;
}

export interface Fingers {
  /** Whether there are two, so that nothing else may happen. */
  readonly down: (event: PointerEvent<HTMLElement>) => boolean;
  readonly move: (event: PointerEvent<HTMLElement>) => boolean;
  readonly up: (event: PointerEvent<HTMLElement>) => boolean;
  /** Whether this tap is the second of two. */
  readonly isDoubleTap: (event: PointerEvent<HTMLElement>) => boolean;
}

interface Options {
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly limit: number;
  /** In shares of what is shown. */
  readonly shareAt: (event: { readonly clientX: number; readonly clientY: number }) => Point;
}

export function useFingers(
  canvas: RefObject<HTMLCanvasElement>,
  { view, setView, limit, shareAt }: Options,
): Fingers {
  const down = useRef(new Map<number, Place>());
  const pinch = useRef<Pinch>();
  const lastTap = useRef<Place & { readonly time: number }>();
  useEffect(() => {
    const { current } = canvas;
    if (current === null) return undefined;
    // One finger may scroll the page, two may not.
    const keep = (event: TouchEvent): void => {
      if (event.touches.length > 1) event.preventDefault();
    };
    const kinds = ['touchstart', 'touchmove'] as const;
    for (const kind of kinds) current.addEventListener(kind, keep, { passive: false });
    return () => {
      for (const kind of kinds) current.removeEventListener(kind, keep);
    };
  }, [canvas]);
  const both = (): { distance: number; middle: Point } | undefined => {
    if (down.current.size !== 2) return undefined;
    const [a, b] = [...down.current.values()];
    return {
      distance: Math.max(1, Math.hypot(a.x - b.x, a.y - b.y)),
      middle: shareAt({ clientX: (a.x + b.x) / 2, clientY: (a.y + b.y) / 2 }),
    };
  };
  return {
    down: (event) => {
      if (event.pointerType !== 'touch') return false;
      down.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const now = both();
      pinch.current = now === undefined ? undefined : { view, ...now };
      return down.current.size > 1;
    },
    move: (event) => {
      if (!down.current.has(event.pointerId)) return false;
      down.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const [start, now] = [pinch.current, both()];
      if (start === undefined || now === undefined) return false;
      setView(pinched(start.view, now.distance / start.distance, start.middle, now.middle, limit));
      return true;
    },
    up: (event) => {
      const wasPinched = pinch.current !== undefined;
      down.current.delete(event.pointerId);
      if (down.current.size === 0) pinch.current = undefined;
      return wasPinched;
    },
    isDoubleTap: ({ pointerType, clientX: x, clientY: y, timeStamp: time }) => {
      if (pointerType !== 'touch') return false;
      const before = lastTap.current;
      const isSecond =
        before !== undefined &&
        time - before.time < TAP_MS &&
        Math.hypot(x - before.x, y - before.y) < TAP_PX;
      lastTap.current = isSecond ? undefined : { x, y, time };
      return isSecond;
    },
  };
}
