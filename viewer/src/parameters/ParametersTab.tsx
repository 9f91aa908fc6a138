import { useEffect, useRef, useState } from 'react';
import type { ShownParameters } from '../../../src/server/protocol/messages.ts';
import { usePage, usePageState } from '../connection/hooks.ts';
import type { PageState } from '../connection/state.ts';
import { isTyping } from '../shell/is-typing.ts';
import { CopyButtons } from './CopyButtons.tsx';
import { filtered, titleOf } from './filter.ts';
import { givenValue } from './given-value.ts';
import { ParameterTable } from './ParameterTable.tsx';
import './parameters.css';

interface Props {
  readonly source: string;
  readonly parameters: ShownParameters | undefined;
  readonly link: PageState['link'];
}

/** The configuration of a run or a file: what each parameter means, and what differs from the defaults. */
export function ParametersTab({ source, parameters, link }: Props) {
  const page = usePage();
  const { canControl, runs } = usePageState();
  const [text, setText] = useState('');
  const [onlyDiffering, setOnlyDiffering] = useState(false);
  const search = useSearchKey();
  useEffect(() => {
    if (link === 'open') page.askParameters(source);
  }, [page, source, link]);
  if (parameters === undefined) return <p className="empty">Reading …</p>;
  if (parameters.absent !== null) return <p className="empty">{parameters.absent}</p>;
  const groups = filtered(parameters.groups, text, onlyDiffering);
  const status = runs[source]?.status;
  const isOngoing = status === 'running' || status === 'paused' || status === 'waiting';
  const onSet = (engine: string, parameter: string, text: string) => {
    page.ask({ do: 'change', changes: { [engine]: { [parameter]: givenValue(text) } } });
  };
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  return (
    <section aria-label="Parameters" className="parameters">
      <div className="tools">
        <label className="wide">
          Search
          <input
            ref={search}
            type="search"
            value={text}
            onChange={({ target }) => {
              setText(target.value);
            }}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={onlyDiffering}
            onChange={({ target }) => {
              setOnlyDiffering(target.checked);
            }}
          />{' '}
          only what differs from the defaults
        </label>
        <CopyButtons yaml={parameters.yaml} />
      </div>
      <p role="status" className="count">
        {count === 1 ? '1 parameter' : `${count} parameters`}
      </p>
      {groups.map((group) => (
        <ParameterTable
          key={group.at}
          {...{ title: titleOf(group), group }}
          onSet={canControl && isOngoing && link === 'open' ? onSet : undefined}
        />
      ))}
    </section>
  );
}

/** `/` leads to the search box. */
function useSearchKey() {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event)) return;
      event.preventDefault();
      search.current?.focus();
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, []);
  return search;
}
