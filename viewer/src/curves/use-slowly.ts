/** Values that change more often than is worth drawing. */
import { useEffect, useRef, useState } from 'react';

/** Between two changes of what is drawn, ms. */
const LEAST_MS = 500;

/** The newest value, or one that was the newest less than half a second ago. */
export function useSlowly<T>(value: T): T {
  const [shown, setShown] = useState(value);
  const changed = useRef(-Infinity);
  useEffect(() => {
    if (Object.is(value, shown)) return undefined;
    const wait = Math.max(0, changed.current + LEAST_MS - performance.now());
    const timer = setTimeout(() => {
      changed.current = performance.now();
      setShown(value);
    }, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [value, shown]);
  return shown;
}
