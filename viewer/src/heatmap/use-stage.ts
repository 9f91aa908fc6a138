/** The size of an element, as it changes. */
import { useLayoutEffect, useState, type RefObject } from 'react';
import type { Stage } from './layout.ts';

export function useStage(element: RefObject<HTMLElement>): Stage | undefined {
  const [stage, setStage] = useState<Stage>();
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = current;
      const pixelRatio = window.devicePixelRatio;
      setStage((before) => {
        const same = before?.width === width && before.height === height && before.pixelRatio === pixelRatio;
        return same ? before : { width, height, pixelRatio };
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    // A window that moves to another screen may keep its size.
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element]);
  return stage;
}
