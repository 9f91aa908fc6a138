import { useEffect, useState } from 'react';
import type { Comparison } from '../../../src/server/protocol/messages.ts';
import type { Side } from './ComparedFields.tsx';

export interface Frc {
  readonly found?: Comparison;
  /** Why there is none. */
  readonly trouble?: string;
  /** Of the newest state. */
  readonly again: () => void;
}

/** How far two objects agree, as the server computes it. */
export function useFrc([first, second]: readonly [Side, Side]): Frc {
  const [answer, setAnswer] = useState<Omit<Frc, 'again'>>({});
  const [turn, setTurn] = useState(0);
  const query = String(
    new URLSearchParams({
      ...{ first: first.source, firstObject: first.field.id },
      ...{ second: second.source, secondObject: second.field.id },
    }),
  );
  useEffect(() => {
    const abort = new AbortController();
    setAnswer({});
    const ask = async (): Promise<void> => {
      try {
        const response = await fetch(`api/frc?${query}`, { signal: abort.signal });
        const body = (await response.json()) as Comparison | { readonly message: string };
        setAnswer('message' in body ? { trouble: body.message } : { found: body });
      } catch {
        if (!abort.signal.aborted) setAnswer({ trouble: 'the server does not answer' });
      }
    };
    void ask();
    return () => {
      abort.abort();
    };
  }, [query, turn]);
  return {
    ...answer,
    again: () => {
      setTurn((before) => before + 1);
    },
  };
}
