/** Files over HTTP: HDF5 files as h5grove serves them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerWith, json, lastName, oneOf, refuse, required, type Body } from '../web/answers.ts';
import type { FileService } from './file-service.ts';

/** Answers a request if it is for files; false: it is for somebody else. `url` is below the prefix of the server. */
export type FileHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

type Query = URLSearchParams;
type Ask = FileService['ask'];

const ROUTES: Readonly<Record<string, (query: Query, ask: Ask) => Promise<Body>>> = {
  'h5/meta': async (query, ask) => json(await ask({ do: 'meta', ...place(query) })),
  'h5/attr': async (query, ask) => {
    const names = query.getAll('attr_keys');
    return json(await ask({ do: 'attr', ...place(query), names: names.length === 0 ? undefined : names }));
  },
  'h5/paths': async (query, ask) => json(await ask({ do: 'paths', ...place(query) })),
  'h5/data': async (query, ask) => {
    const format = oneOf(query.get('format') ?? 'json', ['json', 'bin', 'npy'], 'format');
    const data = await ask({
      ...{ do: 'data', ...place(query), format, flatten: query.get('flatten') === 'true' },
      selection: query.get('selection') ?? undefined,
    });
    if ('json' in data) return json(data.json);
    const body = { type: 'application/octet-stream', bytes: new Uint8Array(data.bytes) };
    return format === 'npy' ? { ...body, name: `${lastName(place(query).path)}.npy` } : body;
  },
};

/** `log` hears of what nobody expected. */
export function fileHandler(service: FileService, log: (text: string) => void): FileHandler {
  return async (request, response, url) => {
    const route = url.pathname.replace(/^\/+/, '');
    if (!Object.hasOwn(ROUTES, route)) return false;
    if (request.method !== 'GET') {
      refuse(response, 405, 'only GET is answered here');
      return true;
    }
    const abort = new AbortController();
    response.on('close', () => {
      if (!response.writableEnded) abort.abort();
    });
    const ask: Ask = (asked) => service.ask(asked, { signal: abort.signal });
    await answerWith(response, () => ROUTES[route](url.searchParams, ask), log);
    return true;
  };
}

function place(query: Query): { file: string; path: string } {
  return { file: required(query, 'file'), path: query.get('path') ?? '/' };
}
