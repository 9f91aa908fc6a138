/** Mouse, touch and keys on a picture: what is seen of it, where the pointer is, and which places are clicked. */
import {
  useEffect,
  useRef,
  useState,
  type Dispatch,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  type SetStateAction,
} from 'react';
import { useFingers } from './use-fingers.ts';
import { inPicture, inView, panned, WHOLE, zoomed, type Point, type View } from './view.ts';

const CENTRE: Point = { y: 0.5, x: 0.5 };
const STEP = 1.5;
/** Shares of the shown part: of a pan by a key, of a step of the pointer by one. */
const PAN = 0.15;
const NUDGE = 0.02;
/** px that a hand may move while it clicks. */
const STILL = 4;

const ARROWS: Readonly<Partial<Record<string, Point>>> = {
  ArrowUp: { y: -1, x: 0 },
  ArrowDown: { y: 1, x: 0 },
  ArrowLeft: { y: 0, x: -1 },
  ArrowRight: { y: 0, x: 1 },
};

export interface Navigation {
  readonly view: View;
  /** Of mouse or keys, in shares of the picture. */
  readonly pointer: Point | undefined;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly reset: () => void;
  readonly canvasProps: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerLeave: () => void;
    readonly onDoubleClick: (event: MouseEvent) => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
}

/** What a hand does in place of moving the picture: it presses, moves while it presses, and lets go. Enter is a press at a place. */
export interface Hand {
  readonly down: (at: Point) => void;
  readonly move: (at: Point) => void;
  readonly up: (at: Point) => void;
  readonly enter: (at: Point) => void;
}

export interface NavigationOptions {
  readonly limit: number;
  /** Arrow keys move the pointer, not the picture. */
  readonly aiming: boolean;
  readonly onClick: (at: Point) => void;
  readonly hand?: Hand | undefined;
  /** Of several pictures that are moved together. */
  readonly shared?: SharedView | undefined;
}

export interface SharedView {
  readonly view: View;
  readonly setView: Dispatch<SetStateAction<View>>;
}

export function useNavigation(
  canvas: RefObject<HTMLCanvasElement>,
  { limit, aiming, onClick, hand, shared }: NavigationOptions,
): Navigation {
  const [ownView, setOwnView] = useState<View>(WHOLE);
  const { view, setView } = shared ?? { view: ownView, setView: setOwnView };
  const [pointer, setPointer] = useState<Point>();
  const pressed = useRef<{ x: number; y: number; view: View; moved: boolean; isHand: boolean }>();
  const zoom = (factor: number, fixed: Point) => {
    setView((before) => zoomed(before, factor, fixed, limit));
  };
  const reset = () => {
    setView(WHOLE);
  };
  const shareAt = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return CENTRE;
    return { y: (event.clientY - box.top) / box.height, x: (event.clientX - box.left) / box.width };
  };

  const fingers = useFingers(canvas, { view, setView, limit, shareAt });
  const zooming = useRef({ view, zoom, shareAt });
  useEffect(() => {
    zooming.current = { view, zoom, shareAt };
  });
  useEffect(() => {
    const { current } = canvas;
    if (current === null) return undefined;
    const turn = (event: WheelEvent) => {
      const now = zooming.current;
      // Where there is nothing to zoom out of, the page scrolls.
      if (event.deltaY > 0 && now.view.zoom <= 1) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY / 100 : event.deltaY / 3;
      now.zoom(STEP ** -Math.max(-2, Math.min(2, lines)), now.shareAt(event));
    };
    // React's own wheel listeners cannot keep the page from scrolling.
    current.addEventListener('wheel', turn, { passive: false });
    return () => {
      current.removeEventListener('wheel', turn);
    };
  }, [canvas]);

  const aim = (arrow: Point, share: number) => {
    setPointer((before) => {
      const at = before === undefined ? CENTRE : inView(view, before);
      const inside = (place: number) => Math.min(0.9999, Math.max(0, place));
      return inPicture(view, { y: inside(at.y + arrow.y * share), x: inside(at.x + arrow.x * share) });
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined && (aiming || hand !== undefined))
      aim(arrow, event.shiftKey ? NUDGE / 10 : NUDGE);
    else if (arrow !== undefined) setView(panned(view, { y: arrow.y * PAN, x: arrow.x * PAN }));
    else if (event.key === '+' || event.key === '=') zoom(STEP, CENTRE);
    else if (event.key === '-' || event.key === '_') zoom(1 / STEP, CENTRE);
    else if (event.key === '0') reset();
    else if (event.key === 'Enter') (hand?.enter ?? onClick)(pointer ?? inPicture(view, CENTRE));
    else return;
    event.preventDefault();
  };
  return {
    view,
    pointer,
    zoomIn: () => {
      zoom(STEP, CENTRE);
    },
    zoomOut: () => {
      zoom(1 / STEP, CENTRE);
    },
    reset,
    canvasProps: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        if (fingers.down(event)) {
          // What the first finger began is not meant.
          if (pressed.current?.isHand === true) hand?.up(inPicture(view, shareAt(event)));
          pressed.current = undefined;
          return;
        }
        const isHand = hand !== undefined;
        pressed.current = { x: event.clientX, y: event.clientY, view, moved: false, isHand };
        hand?.down(inPicture(view, shareAt(event)));
      },
      onPointerMove: (event) => {
        if (fingers.move(event)) return;
        const down = pressed.current;
        if (down?.isHand === true) hand?.move(inPicture(view, shareAt(event)));
        else if (down !== undefined) {
          const [right, below] = [event.clientX - down.x, event.clientY - down.y];
          if (Math.hypot(right, below) > STILL) down.moved = true;
          const { width, height } = event.currentTarget.getBoundingClientRect();
          if (down.moved) setView(panned(down.view, { y: -below / height, x: -right / width }));
        }
        setPointer(inPicture(view, shareAt(event)));
      },
      onPointerUp: (event) => {
        if (fingers.up(event)) return;
        const down = pressed.current;
        pressed.current = undefined;
        if (down?.isHand === true) hand?.up(inPicture(view, shareAt(event)));
        else if (down !== undefined && !down.moved) {
          if (!aiming && fingers.isDoubleTap(event)) reset();
          else onClick(inPicture(view, shareAt(event)));
        }
      },
      onPointerCancel: (event) => {
        fingers.up(event);
        pressed.current = undefined;
      },
      onPointerLeave: () => {
        setPointer(undefined);
      },
      onDoubleClick: () => {
        if (!aiming && hand === undefined) reset();
      },
      onKeyDown,
    },
  };
}
