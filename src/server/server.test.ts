/** The server as browsers, and those who attack it, reach it. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ndarray, type NdArray } from '../array/ndarray.ts';
import { parseNpy } from '../array/npy.ts';
import { TestPage } from '../../test/tools/test-page.ts';
import { RequestError } from './files/messages.ts';
import type {
  ControlRequest,
  Description,
  FromPage,
  ShownParameters,
  RunState,
  Want,
} from './protocol/messages.ts';
import { PageServer } from './server.ts';
import type { ArrayRequest, Change, PageSource, UnsentPicture } from './sources/page-source.ts';
import { accessFor } from './web/access.ts';

/** A source whose pictures are its sequence number. */
class CountingSource implements PageSource {
  readonly source = { id: 'run', name: 'run', kind: 'run' } as const;
  sequence = 1;
  time = 0;
  state: RunState | undefined = undefined;
  history: PageSource['history'] = [];
  log: PageSource['log'] = { dropped: 0, lines: [] };
  made = 0;
  asked = 0;
  watched: readonly Want[] = [];
  readonly size: number;
  #tell: (change: Change) => void = () => undefined;

  constructor(size = 2) {
    this.size = size;
  }

  describe(): Promise<Description> {
    return Promise.resolve({ source: 'run', sequence: 1, objects: [], probes: [], scans: [], facts: [] });
  }

  parameters(): Promise<ShownParameters> {
    const yaml = { whole: `count: ${++this.asked}`, differing: '' };
    return Promise.resolve({ source: 'run', groups: [], yaml, absent: null });
  }

  picture({ name }: Want): Promise<UnsentPicture | undefined> {
    if (name === 'none') return Promise.reject(new Error('there is no such object'));
    this.made++;
    const values = new Float32Array(this.size ** 2).fill(this.sequence);
    const [rows, cols] = [this.size, this.size];
    return Promise.resolve({
      ...{ kind: 'real', planes: 1, rows, cols, reduction: 1, index: -1, values },
      ...{ psizeM: [1, 1], range: [0, 1] },
    });
  }

  array(request: ArrayRequest): Promise<NdArray> {
    if (request.name === 'none') return Promise.reject(new RequestError(404, 'there is no such object'));
    return Promise.resolve(ndarray('float32', [1, 2], Float32Array.of(this.sequence, 7)));
  }

  watch(wants: readonly Want[]): void {
    this.watched = wants;
  }

  onChange(listener: (change: Change) => void): void {
    this.#tell = listener;
  }

  next(): void {
    this.sequence++;
    this.#tell('pictures');
  }

  tell(change: Change): void {
    this.#tell(change);
  }
}

interface Given {
  readonly canControl?: boolean;
  readonly host?: string;
  readonly allowedHosts?: readonly string[];
  readonly publicOrigin?: string;
  readonly prefix?: string;
  readonly control?: (by: string, request: ControlRequest) => Promise<string>;
}

async function serve(given: Given = {}, source = new CountingSource()) {
  const { canControl = false, host = '127.0.0.1', allowedHosts = [], prefix = '/' } = given;
  const access = accessFor({ host, allowedHosts, publicOrigin: given.publicOrigin, prefix }, canControl);
  const server = new PageServer({
    ...{ access, port: 0, isPortFree: false, canControl },
    files: new Map([['', { type: 'text/html', bytes: Buffer.from('the page') }]]),
    sources: [source],
    control: given.control ?? (() => Promise.resolve('done')),
    log: () => undefined,
  });
  const url = new URL(await server.listen());
  onTestFinished(() => server.close());
  return { url, server, source, token: access.token };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** `fetch` sets Host and Origin by itself: an attacker does not. */
function get(url: URL, path = '/', headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: url.hostname, port: url.port, path, headers, method }, (response) => {
      let body = '';
      response.on('data', (text: Buffer) => (body += text.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
      });
    });
    request.on('error', reject);
    request.end();
  });
}

/** How a connection that is refused ends: an HTTP status. */
async function refusal(page: TestPage): Promise<number> {
  const [, response] = (await once(page.socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
}

const want = (id: number, name = 'S'): Want => ({ id, source: 'run', what: 'positions', name });

describe('who is let in', () => {
  it('gets the page with headers that keep others out', async () => {
    const { url } = await serve();
    const { status, body, headers } = await get(url);
    expect([status, body]).toEqual([200, 'the page']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('not by a name that somebody else owns, nor from a page of theirs', async () => {
    const { url } = await serve();
    expect((await get(url, '/', { host: `evil.example:${url.port}` })).status).toBe(421);
    expect((await get(url, '/', { host: '127.0.0.1:1' })).status).toBe(421);
    expect((await get(url, '/', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await get(url, '/', { origin: 'null' })).status).toBe(403);
    expect((await get(url, '/', { origin: `http://${url.host}` })).status).toBe(200);
    // Another port of this machine is another origin.
    expect((await get(url, '/', { origin: 'http://127.0.0.1:1' })).status).toBe(403);
    expect(await refusal(new TestPage(url, { origin: 'http://evil.example' }))).toBe(403);
    expect(await refusal(new TestPage(url, { host: 'evil.example' }))).toBe(403);
    await new TestPage(url, { origin: `http://${url.host}` }).hears('welcome');
  });

  it('by further names and origins where they are allowed', async () => {
    const { url } = await serve({ allowedHosts: ['beamline.example'], publicOrigin: 'https://hub.example' });
    expect((await get(url, '/', { host: 'beamline.example' })).status).toBe(200);
    expect((await get(url, '/', { host: 'beamline.example.evil' })).status).toBe(421);
    expect((await get(url, '/', { origin: 'https://hub.example' })).status).toBe(200);
  });

  it('needs the token where the page can do more than show, or others reach it', async () => {
    expect((await serve()).token).toBeUndefined();
    expect((await serve({ host: '0.0.0.0' })).token).toHaveLength(43);
    const { url, token } = await serve({ canControl: true });
    expect(url.searchParams.get('token')).toBe(token);
    expect((await get(url)).status).toBe(401);
    expect((await get(url, `/?token=${'A'.repeat(43)}`)).status).toBe(401);
    expect(await refusal(new TestPage(url))).toBe(403);
    const { status, headers } = await get(url, `/?token=${token ?? ''}`);
    expect([status, headers.location]).toEqual([303, './']);
    const [cookie] = headers['set-cookie'] ?? [];
    expect(cookie).toContain('HttpOnly');
    const sent = { cookie: cookie.split(';')[0] };
    expect((await get(url, '/', sent)).status).toBe(200);
    await new TestPage(url, sent).hears('welcome');
    expect((await get(url, '/', { cookie: `ptyflow-${url.port}=x` })).status).toBe(401);
  });

  it('finds nothing but the page, below its prefix or where a proxy took that away', async () => {
    const { url } = await serve({ prefix: '/user/me/' });
    expect(url.pathname).toBe('/user/me/');
    for (const path of ['/', '/user/me/']) expect((await get(url, path)).body).toBe('the page');
    await new TestPage(url, {}, '/user/me/live').hears('welcome');
    for (const path of [
      '/../../etc/passwd',
      '/%2e%2e/etc/passwd',
      '//etc/passwd',
      '/toString',
      '/user/me/x',
    ]) {
      expect((await get(url, path)).status).toBe(404);
    }
    expect((await get(url, '/', {}, 'POST')).status).toBe(405);
    expect(await refusal(new TestPage(url, {}, '/other'))).toBe(403);
  });
});

describe('a page that looks', () => {
  it('is told what there is, and shown what it wants and nothing else', async () => {
    const { url, source } = await serve();
    const page = new TestPage(url);
    expect(await page.hears('welcome')).toMatchObject({ canControl: false, sources: [source.source] });
    await page.hears('description');
    page.say({ kind: 'want', wants: [want(7)] });
    const { channel } = await page.hears('channel');
    const picture = await page.until(() => page.pictures.at(0));
    expect(picture).toMatchObject({ channel, sequence: 1, rows: 2 });
    expect([...picture.values]).toEqual([1, 1, 1, 1]);
    page.say({ kind: 'want', wants: [want(8, 'none')] });
    expect(await page.hears('trouble')).toMatchObject({ want: 8, message: 'there is no such object' });
    expect(source.watched).toEqual([want(8, 'none')]);
    page.socket.terminate();
    await once(page.socket, 'close');
    // The server sees it a moment later.
    const next = new TestPage(url);
    await next.hears('welcome');
    next.say({ kind: 'want', wants: [] });
    await next.hears('description');
    expect(source.watched).toEqual([]);
  });

  it('gets the newest picture when it has drawn the last, and none of those between', async () => {
    const { url, source } = await serve();
    const page = new TestPage(url);
    page.draws = false;
    await page.hears('welcome');
    page.say({ kind: 'want', wants: [want(1)] });
    const first = await page.until(() => page.pictures.at(0));
    for (let n = 0; n < 50; n++) source.next();
    page.drawn(first);
    const second = await page.until(() => page.pictures.at(1));
    expect(second.sequence).toBe(51);
    expect([...second.values]).toEqual([51, 51, 51, 51]);
    expect(source.made).toBe(2);
  });

  it('shares the work for a picture with others', async () => {
    const { url, source } = await serve();
    const pages = [new TestPage(url), new TestPage(url), new TestPage(url)];
    for (const [i, page] of pages.entries()) {
      await page.hears('welcome');
      page.say({ kind: 'want', wants: [want(i)] });
      await page.until(() => page.pictures.at(0));
    }
    expect(source.made).toBe(1);
  });

  it('that stalls costs no memory, and keeps no other waiting', async () => {
    const source = new CountingSource(512);
    const { url } = await serve({}, source);
    const [stalled, other] = [new TestPage(url), new TestPage(url)];
    for (const page of [stalled, other]) await page.hears('welcome');
    stalled.say({ kind: 'want', wants: [want(1)] });
    await stalled.until(() => stalled.pictures.at(0));
    stalled.socket.pause();
    other.say({ kind: 'want', wants: [want(1)] });
    for (let n = 1; n <= 100; n++) {
      await other.until(() => other.pictures.at(-1)?.sequence === source.sequence);
      source.next();
    }
    stalled.socket.resume();
    await stalled.until(() => stalled.pictures.at(-1)?.sequence === source.sequence);
    // The one that was drawn, one that was on its way, and the newest.
    expect(stalled.pictures.length).toBeLessThanOrEqual(3);
  });

  it('gets parameters when it asks, and again when they change', async () => {
    const { source, url } = await serve();
    const page = new TestPage(url);
    await page.hears('welcome');
    source.tell('parameters');
    page.say({ kind: 'parameters', source: 'run' });
    const told = (): string[] =>
      page.told.flatMap((message) => (message.kind === 'parameters' ? [message.parameters.yaml.whole] : []));
    await page.until(() => told().length === 1);
    source.tell('parameters');
    await page.until(() => told().length === 2);
    expect(told()).toEqual(['count: 1', 'count: 2']);
  });

  it('hears a long history in pieces, from where it is', async () => {
    const source = new CountingSource();
    const entry = { engine: 'DM', iteration: 1, numiter: null, seconds: 1, errors: {} };
    source.history = Array.from({ length: 1200 }, (_, i) => ({ ...entry, iterations: i + 1 }));
    const { url } = await serve({}, source);
    const page = new TestPage(url);
    const heard = (): number[] =>
      page.told.flatMap((one) =>
        one.kind === 'history' ? one.entries.map(({ iterations }) => iterations) : [],
      );
    await page.until(() => heard().length === 1200);
    source.history = [...source.history, { ...entry, iterations: 1201 }];
    source.tell('history');
    await page.until(() => heard().length === 1201);
    expect(heard()).toEqual(Array.from({ length: 1201 }, (_, i) => i + 1));
  });

  it('is closed when it sends what is not understood, or too much', async () => {
    const { url } = await serve();
    for (const message of ['{', '{"kind":"other"}', '{"kind":"want","wants":[{}]}', Buffer.from([1])]) {
      const page = new TestPage(url);
      await page.hears('welcome');
      page.socket.send(message);
      expect((await once(page.socket, 'close'))[0]).toBe(1008);
    }
    const long = new TestPage(url);
    await long.hears('welcome');
    long.socket.send('x'.repeat(65 * 1024));
    expect((await once(long.socket, 'close'))[0]).toBe(1009);
    const fast = new TestPage(url);
    await fast.hears('welcome');
    for (let n = 0; n < 500; n++) fast.say({ kind: 'drawn', channel: 0, sequence: 0 });
    expect((await once(fast.socket, 'close'))[0]).toBe(1008);
  });

  it('is given arrays as they are, and is told in words what is not there', async () => {
    const { url } = await serve();
    const get = (query: string) => fetch(new URL(`api/array.npy?${query}`, url));
    const found = await get('source=run&what=object&name=S%2FA&layer=1');
    expect(found.headers.get('content-disposition')).toContain('run-object-S%2FA-1.npy');
    expect(parseNpy(new Uint8Array(await found.arrayBuffer()))).toMatchObject({
      shape: [1, 2],
      data: Float32Array.of(1, 7),
    });
    const refusals = {
      'source=else&what=object&name=S': 404,
      'source=run&what=object&name=none': 404,
      'source=run&what=all&name=S': 400,
      'source=run&what=object': 400,
      'source=run&what=object&name=S&layer=-1': 400,
      'source=run&what=model&name=S&index=1e3': 400,
    };
    for (const [query, status] of Object.entries(refusals)) {
      const refused = await get(query);
      expect([query, refused.status]).toEqual([query, status]);
      expect(await refused.json()).toEqual({ message: expect.stringMatching(/\w/) as string });
    }
  });

  it('is one of at most 32', async () => {
    const { url } = await serve();
    const pages = Array.from({ length: 32 }, () => new TestPage(url));
    await Promise.all(pages.map((page) => page.hears('welcome')));
    expect(await refusal(new TestPage(url))).toBe(503);
    pages[0].socket.terminate();
    await once(pages[0].socket, 'close');
  });
});

describe('a page that may control', () => {
  const ask = (id: number): FromPage => ({ kind: 'ask', id, request: { do: 'pause' } });

  it('does so, by name', async () => {
    const asked: unknown[] = [];
    const { url, token } = await serve({
      canControl: true,
      control: (by, request) => {
        asked.push([by, request]);
        return asked.length > 1 ? Promise.reject(new Error('the run has ended')) : Promise.resolve('paused');
      },
    });
    const page = new TestPage(url, { cookie: `ptyflow-${url.port}=${token ?? ''}` });
    await page.hears('welcome');
    page.say(ask(3));
    expect(await page.hears('answer')).toEqual({ kind: 'answer', id: 3, message: 'paused' });
    page.say(ask(4));
    expect(await page.hears('refusal')).toEqual({ kind: 'refusal', id: 4, message: 'the run has ended' });
    expect(asked).toEqual([1, 2].map(() => ['viewer 1 at 127.0.0.1', { do: 'pause' }]));
  });

  it('is refused where the page may only look', async () => {
    const asked: unknown[] = [];
    const { url } = await serve({ control: () => Promise.resolve(String(asked.push(1))) });
    const page = new TestPage(url);
    await page.hears('welcome');
    page.say(ask(1));
    expect((await page.hears('refusal')).message).toContain('--control');
    expect(asked).toEqual([]);
  });
});

describe('a server', () => {
  it('names a port that is taken, and finds another where any will do', async () => {
    const { url } = await serve();
    const another = (isPortFree: boolean): PageServer => {
      const access = accessFor(
        { host: '127.0.0.1', allowedHosts: [], publicOrigin: undefined, prefix: '/' },
        false,
      );
      const server = new PageServer({
        ...{ access, port: Number(url.port), isPortFree, canControl: false },
        ...{ files: new Map(), sources: [], control: () => Promise.resolve(''), log: () => undefined },
      });
      onTestFinished(() => server.close());
      return server;
    };
    await expect(another(false).listen()).rejects.toThrow(
      `127.0.0.1:${url.port} is taken by another program`,
    );
    expect(new URL(await another(true).listen()).port).not.toBe(url.port);
  });
});
