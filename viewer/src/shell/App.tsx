import { useEffect, type ReactNode } from 'react';
import { usePage, usePageState } from '../connection/hooks.ts';
import type { PageState } from '../connection/state.ts';
import { ErrorsTab } from '../errors/ErrorsTab.tsx';
import { FieldTab } from '../field/FieldTab.tsx';
import { FilesTab } from '../files/FilesTab.tsx';
import { FramesTab } from '../frames/FramesTab.tsx';
import { LogTab } from '../log/LogTab.tsx';
import { Overview } from '../overview/Overview.tsx';
import { ParametersTab } from '../parameters/ParametersTab.tsx';
import { PrepareTab } from '../prepare/PrepareTab.tsx';
import { ControlBar } from './ControlBar.tsx';
import { Header } from './Header.tsx';
import { lossText } from './loss.ts';
import { TabList } from './TabList.tsx';
import { tabsOf, useTab, type Tab } from './tabs.ts';

/** The page. */
export function App() {
  const state = usePageState();
  const page = usePage();
  const named = useTab();
  const { chosen, link } = state;
  const run = chosen === null ? undefined : state.runs[chosen];
  const source = state.sources.find(({ id }) => id === chosen);
  const name = source?.name;
  const tabs = tabsOf(source?.kind);
  const tab = tabs.includes(named) ? named : tabs[0];
  const advice = run?.advice.at(0);
  useEffect(() => {
    document.title = name === undefined ? 'ptyflow' : `${name} · ptyflow`;
  }, [name]);
  return (
    <>
      <Header
        {...{ state, run }}
        onChoose={(source) => {
          page.choose(source);
        }}
      />
      {link === 'lost' && (
        <p role="alert" className="banner">
          {lossText(state)}
        </p>
      )}
      {state.isOutdated && (
        <p role="alert" className="banner">
          The server is of another version than this page: reload the page.
        </p>
      )}
      {advice !== undefined && (
        <p role="status" className="advice">
          {advice}
        </p>
      )}
      {run !== undefined && state.canControl && <ControlBar run={run} />}
      <TabList {...{ tab, tabs }} />
      <main>
        <div id="tab" role="tabpanel" tabIndex={0} aria-labelledby={`tab-${tab}`}>
          {contents(state, tab)}
        </div>
      </main>
    </>
  );
}

function contents(state: PageState, tab: Tab): ReactNode {
  const { chosen, link } = state;
  if (chosen === null) {
    return <p className="empty">{link === 'open' ? 'There is nothing to look at yet.' : 'Connecting …'}</p>;
  }
  const source = state.sources.find(({ id }) => id === chosen);
  if (tab === 'Files' && source !== undefined) return <FilesTab source={source} />;
  const unreadable = state.unreadable[chosen];
  if (unreadable !== undefined) return <p role="alert">{unreadable}</p>;
  if (tab === 'Parameters') {
    return <ParametersTab key={chosen} source={chosen} parameters={state.parameters[chosen]} link={link} />;
  }
  const history = state.histories[chosen] ?? [];
  if (tab === 'Errors') return <ErrorsTab history={history} />;
  if (tab === 'Log') return <LogTab lines={state.logs[chosen] ?? []} />;
  const run = state.runs[chosen];
  const description = state.descriptions[chosen];
  if (description === undefined) return <p className="empty">Nothing has come from the run or file yet.</p>;
  // Choices in a tab belong to one source.
  const key = chosen;
  const { preparation } = description;
  if (preparation !== undefined) return <PrepareTab key={key} {...{ source: chosen, preparation }} />;
  // But these go through what was saved of one run.
  const saved = source?.saved?.run ?? key;
  if (tab === 'Object') return <FieldTab key={`${saved} object`} what="object" description={description} />;
  if (tab === 'Probe') return <FieldTab key={`${saved} probe`} what="probe" description={description} />;
  if (tab === 'Frames') return <FramesTab key={key} description={description} />;
  return <Overview key={key} {...{ description, run, history }} />;
}
