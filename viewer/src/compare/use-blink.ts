import { useCallback, useEffect, useState } from 'react';
import { isTyping } from '../shell/is-typing.ts';

/** Between two changes, ms: below two a second, so that nobody is harmed. */
const PERIOD_MS = 650;

export interface Blink {
  /** Which of the two is shown. */
  readonly shows: 0 | 1;
  readonly runs: boolean;
  /** Lets it blink, or stops it; where the system asks for little motion, shows the other one. */
  readonly press: () => void;
}

/** One of two pictures after the other, by itself or by the key `b`. */
export function useBlink(isBlinked: boolean): Blink {
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const [shows, setShows] = useState<0 | 1>(0);
  const [runs, setRuns] = useState(!isCalm);
  const flip = useCallback((): void => {
    setShows((before) => (before === 0 ? 1 : 0));
  }, []);
  const press = useCallback((): void => {
    if (isCalm) flip();
    else setRuns((before) => !before);
  }, [isCalm, flip]);
  useEffect(() => {
    if (!isBlinked || !runs) return undefined;
    const timer = setInterval(flip, PERIOD_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isBlinked, runs, flip]);
  useEffect(() => {
    if (!isBlinked) return undefined;
    const hear = (event: KeyboardEvent): void => {
      if (event.key !== 'b' || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!isTyping(event)) press();
    };
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hear);
    };
  }, [isBlinked, press]);
  return { shows, runs, press };
}
