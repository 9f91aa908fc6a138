/** A canvas that shows the newest picture. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';
import { Painter, type Look } from './painter.ts';

export interface Painting {
  /** What is in the way, if anything is. */
  readonly trouble: string | undefined;
  /** Draws at once what is shown, for who reads the canvas in the same task. */
  readonly redraw: () => void;
}

/** Draws with the browser's next frame after a change. */
export function usePainter(
  canvas: RefObject<HTMLCanvasElement>,
  picture: Picture | undefined,
  look: Look | undefined,
  onDrawn: ((picture: Picture) => void) | undefined,
): Painting {
  const [painter, setPainter] = useState<Painter>();
  const [trouble, setTrouble] = useState<string>();
  useLayoutEffect(() => {
    const { current } = canvas;
    if (current === null) return undefined;
    let painting: Painter | undefined;
    const start = () => {
      try {
        painting = new Painter(current);
        setTrouble(undefined);
      } catch (error) {
        setTrouble(messageOf(error));
      }
      setPainter(painting);
    };
    const lose = (event: Event) => {
      // Only then does the browser give it back.
      event.preventDefault();
      painting = undefined;
      setPainter(undefined);
      setTrouble('The graphics card was taken away. The picture comes back with it.');
    };
    start();
    current.addEventListener('webglcontextlost', lose);
    current.addEventListener('webglcontextrestored', start);
    return () => {
      current.removeEventListener('webglcontextlost', lose);
      current.removeEventListener('webglcontextrestored', start);
      painting?.dispose();
    };
  }, [canvas]);

  const drawn = useRef<Picture>();
  const told = useRef(onDrawn);
  useEffect(() => {
    told.current = onDrawn;
  });
  useEffect(() => {
    if (painter === undefined || picture === undefined || look === undefined) return undefined;
    const frame = requestAnimationFrame(() => {
      try {
        painter.draw(picture, look);
        setTrouble(undefined);
      } catch (error) {
        setTrouble(messageOf(error));
        return;
      }
      if (picture === drawn.current) return;
      drawn.current = picture;
      told.current?.(picture);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [painter, picture, look]);
  return {
    trouble,
    redraw: () => {
      if (picture !== undefined && look !== undefined) painter?.draw(picture, look);
    },
  };
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `No picture: ${text}.`;
}
