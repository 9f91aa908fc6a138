import type { RunState } from '../../../src/server/protocol/messages.ts';
import type { PageState } from '../connection/state.ts';
import { Keys } from './Keys.tsx';

const LINKS = { connecting: 'connecting', open: 'connected', lost: 'not connected' };

interface Props {
  readonly state: PageState;
  readonly run: RunState | undefined;
  readonly onChoose: (source: string) => void;
}

export function Header({ state, run, onChoose }: Props) {
  const { link, isBack, sources, chosen, software } = state;
  const name = sources.find(({ id }) => id === chosen)?.name;
  return (
    <header>
      <h1>{software ?? 'ptyflow'}</h1>
      {sources.length > 1 ? (
        <label>
          <span className="unseen">Run or file</span>
          <select
            value={chosen ?? ''}
            onChange={({ target }) => {
              onChoose(target.value);
            }}
          >
            {sources.map((source) => (
              <option key={source.id} value={source.id}>
                {source.name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        name !== undefined && <span className="name">{name}</span>
      )}
      {run !== undefined && (
        <span className={`status ${run.status}`}>
          {run.status}
          {run.engine !== null && ` · iteration ${run.iteration}`}
          {run.engine !== null && run.numiter !== null && ` of ${run.numiter}`}
        </span>
      )}
      <span className={`link ${link}`} role="status">
        {link === 'open' && isBack ? 'connected again' : LINKS[link]}
      </span>
      <Keys />
    </header>
  );
}
