/** What the page knows. */
import type {
  Description,
  HistoryEntry,
  LogLine,
  ShownParameters,
  RunState,
  Source,
  ToPage,
} from '../../../src/server/protocol/messages.ts';
import { PROTOCOL_VERSION } from '../../../src/server/protocol/messages.ts';

/** Lines of the log that are kept of a source. */
export const LOG_LINES = 5000;

export interface Reply {
  readonly id: number;
  readonly message: string;
  readonly isRefusal: boolean;
}

type BySource<T> = Readonly<Partial<Record<string, T>>>;

export interface PageState {
  /** `connecting`: for the first time. */
  readonly link: 'connecting' | 'open' | 'lost';
  /** The server had ended when it was lost. */
  readonly isClosed: boolean;
  /** The connection was lost before, and is back. */
  readonly isBack: boolean;
  /** The server speaks another version of the protocol than this page. */
  readonly isOutdated: boolean;
  /** Name and version of the program; null before the server has said it. */
  readonly software: string | null;
  readonly canControl: boolean;
  readonly sources: readonly Source[];
  /** ID of the source that is shown. */
  readonly chosen: string | null;
  readonly descriptions: BySource<Description>;
  readonly runs: BySource<RunState>;
  readonly histories: BySource<readonly HistoryEntry[]>;
  readonly logs: BySource<readonly LogLine[]>;
  /** Of those that were asked for. */
  readonly parameters: BySource<ShownParameters>;
  /** Why a file cannot be opened. */
  readonly unreadable: BySource<string>;
  /** The last one. */
  readonly reply: Reply | null;
}

export const NOTHING_KNOWN: PageState = {
  ...{
    link: 'connecting',
    isClosed: false,
    isBack: false,
    isOutdated: false,
    software: null,
    canControl: false,
  },
  ...{ sources: [], chosen: null, descriptions: {}, runs: {}, histories: {}, logs: {}, unreadable: {} },
  parameters: {},
  reply: null,
};

/** What a message changes for the page as a whole; what concerns one want is `Pictures`' matter. */
export type PageMessage = Exclude<ToPage, { kind: 'channel' | 'trouble' }>;

export type Happening =
  | PageMessage
  /** `isClosed`: the server ended. */
  | { readonly kind: 'lost'; readonly isClosed: boolean }
  /** Somebody chose a source. */
  | { readonly kind: 'choose'; readonly source: string };

export function reduce(state: PageState, happening: Happening): PageState {
  switch (happening.kind) {
    case 'welcome': {
      const { version, software, sources, canControl } = happening;
      // A server that was started again knows nothing of the old one's sources, and sends everything again.
      return {
        ...NOTHING_KNOWN,
        ...{ link: 'open', isBack: state.link === 'lost', isOutdated: version !== PROTOCOL_VERSION },
        ...{ software, canControl, sources, chosen: choice(state, sources) },
      };
    }
    case 'lost':
      return {
        ...state,
        link: 'lost',
        // Attempts to come back fail otherwise.
        isClosed: state.isClosed || happening.isClosed,
        reply: state.link === 'connecting' ? state.reply : null,
      };
    case 'sources':
      return { ...state, sources: happening.sources, chosen: choice(state, happening.sources) };
    case 'choose':
      return { ...state, chosen: happening.source, reply: null };
    case 'description': {
      const { description } = happening;
      const { [description.source]: _, ...unreadable } = state.unreadable;
      return {
        ...state,
        descriptions: { ...state.descriptions, [description.source]: description },
        unreadable,
      };
    }
    case 'state':
      return { ...state, runs: { ...state.runs, [happening.state.source]: happening.state } };
    case 'history': {
      const { source, from, entries } = happening;
      const history = [...(state.histories[source] ?? []).slice(0, from), ...entries];
      return { ...state, histories: { ...state.histories, [source]: history } };
    }
    case 'log': {
      const { source, lines } = happening;
      const log = [...(state.logs[source] ?? []), ...lines].slice(-LOG_LINES);
      return { ...state, logs: { ...state.logs, [source]: log } };
    }
    case 'parameters': {
      const { parameters } = happening;
      return { ...state, parameters: { ...state.parameters, [parameters.source]: parameters } };
    }
    case 'unreadable':
      return { ...state, unreadable: { ...state.unreadable, [happening.source]: happening.message } };
    case 'answer':
    case 'refusal': {
      const { id, message, kind } = happening;
      return { ...state, reply: { id, message, isRefusal: kind === 'refusal' } };
    }
  }
}

/** ID of the source to show among `sources`: the present one, one of its name, a run, the result of most iterations, the first. */
function choice(state: PageState, sources: readonly Source[]): string | null {
  if (sources.some(({ id }) => id === state.chosen)) return state.chosen;
  const name = state.sources.find(({ id }) => id === state.chosen)?.name;
  const next = sources.find((source) => source.name === name) ?? sources.find(({ kind }) => kind === 'run');
  const farthest = sources
    .filter(({ saved }) => saved !== undefined)
    .sort((a, b) => (b.saved?.iterations ?? 0) - (a.saved?.iterations ?? 0))
    .at(0);
  return (next ?? farthest ?? sources.at(0))?.id ?? null;
}
