import { useState } from 'react';
import type { ControlRequest, RunState } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState } from '../connection/hooks.ts';

/** What can be asked of a run. */
export function ControlBar({ run }: { run: RunState }) {
  const page = usePage();
  const { reply, link } = usePageState();
  const [count, setCount] = useState('');
  const isOver = ['ended', 'stopped', 'failed'].includes(run.status);
  const button = (text: string, request: ControlRequest) => (
    <button
      type="button"
      disabled={isOver || link !== 'open'}
      onClick={() => {
        page.ask(request);
      }}
    >
      {text}
    </button>
  );
  return (
    <section className="control" aria-label="Control">
      {run.status === 'paused' ? button('Resume', { do: 'resume' }) : button('Pause', { do: 'pause' })}
      {button('Stop after this iteration', { do: 'stop' })}
      {button('Save now', { do: 'save' })}
      {run.engineKey !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (run.engineKey === null) return;
            page.ask({ do: 'change', changes: { [run.engineKey]: { numiter: Number(count) } } });
          }}
        >
          <label>
            Iterations of {run.engine}{' '}
            <input
              type="number"
              min={1}
              step={1}
              required
              placeholder={run.numiter === null ? '' : String(run.numiter)}
              value={count}
              onChange={({ target }) => {
                setCount(target.value);
              }}
            />
          </label>
          <button type="submit" disabled={isOver || link !== 'open'}>
            Set
          </button>
        </form>
      )}
      <p role="status" className={reply?.isRefusal === true ? 'refusal' : ''}>
        {reply !== null && `${reply.isRefusal ? 'Refused: ' : ''}${reply.message}`}
      </p>
    </section>
  );
}
