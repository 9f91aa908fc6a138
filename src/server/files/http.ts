/** Files over HTTP: HDF5 files as h5grove serves them, downloads of arrays. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatNpy } from '../../array/npy.ts';
import { messageOf } from '../../errors.ts';
import type { FileService } from './file-service.ts';
import { RequestError } from './messages.ts';

/** Answers a request if it is for files; false: it is for somebody else. `url` is below the prefix of the server. */
export type FileHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

type Query = URLSearchParams;
interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Of the file it is saved as. */
  readonly name?: string;
}
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
  'api/array.npy': async (query, ask) => {
    const [file, name] = [required(query, 'file'), required(query, 'name')];
    const what = oneOf(required(query, 'what'), ['object', 'probe', 'frame', 'mask', 'positions'], 'what');
    const array = await arrayOf(file, what, name, query.get('layer'), ask);
    const layer = query.get('layer') ?? '';
    return {
      type: 'application/octet-stream',
      bytes: formatNpy(array),
      name: `${[lastName(file), what, name, layer].filter((part) => part !== '').join('-')}.npy`,
    };
  },
};

async function arrayOf(
  file: string,
  what: 'object' | 'probe' | 'frame' | 'mask' | 'positions',
  name: string,
  layer: string | null,
  ask: Ask,
): Promise<Parameters<typeof formatNpy>[0]> {
  if (layer !== null && !/^\d{1,9}$/.test(layer))
    throw new RequestError(400, `layer '${layer}' is no number`);
  const number = layer === null ? null : Number(layer);
  if (what === 'positions') return ask({ do: 'positions', file, label: name });
  if (what === 'object' || what === 'probe') {
    return (await ask({ do: 'field', file, what, id: name, layer: number ?? 0 })).plane;
  }
  const frame = await ask({ do: 'frame', file, label: name, index: number });
  return what === 'frame' ? frame.measured : frame.mask;
}

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
    try {
      send(response, await ROUTES[route](url.searchParams, ask));
    } catch (error) {
      if (error instanceof RequestError) refuse(response, error.status, error.message);
      else {
        log(messageOf(error));
        refuse(response, 503, 'cannot be answered');
      }
    }
    return true;
  };
}

function send(response: ServerResponse, { type, bytes, name }: Body): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(name === undefined
      ? {}
      : { 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }),
  });
  response.end(bytes);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify({ message }));
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(bytes);
}

function json(value: unknown): Body {
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) };
}

function place(query: Query): { file: string; path: string } {
  return { file: required(query, 'file'), path: query.get('path') ?? '/' };
}

function required(query: Query, name: string): string {
  const value = query.get(name);
  if (value === null || value === '') throw new RequestError(400, `the query has no '${name}'`);
  return value;
}

function oneOf<T extends string>(value: string, accepted: readonly T[], name: string): T {
  const found = accepted.find((one) => one === value);
  if (found !== undefined) return found;
  throw new RequestError(400, `${name} '${value}' is not known: expected ${accepted.join(', ')}`);
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || 'data';
}
