import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../src/server/protocol/messages.ts';
import { Choice } from '../shell/Choice.tsx';

const LEVELS = ['info', 'warning', 'error'] as const;

/** Lines of the log, the newest last. */
export function LogTab({ lines }: { lines: readonly LogLine[] }) {
  const [least, setLeast] = useState<LogLine['level']>('info');
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  const shown = lines.filter(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(least));
  useEffect(() => {
    if (isAtEnd.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [shown.length]);
  return (
    <section aria-label="Log">
      <div className="tools">
        <Choice
          label="Lines"
          value={least}
          values={LEVELS}
          names={['all', 'warnings and errors', 'errors']}
          onChoose={setLeast}
        />
      </div>
      {shown.length === 0 && <p className="empty">No lines.</p>}
      <ol
        ref={list}
        className="log"
        tabIndex={0}
        aria-label="Lines of the log"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 8;
        }}
      >
        {shown.map(({ time, level, text }, at) => (
          <li key={at} className={level}>
            <time dateTime={new Date(time).toISOString()}>{new Date(time).toLocaleTimeString()}</time>{' '}
            <b>{level}</b> <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
