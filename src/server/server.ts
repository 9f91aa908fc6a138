/** The page's server: files of the page, a WebSocket for what is live. Whoever is not let in gets nothing. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { ConfigError, messageOf } from '../errors.ts';
import { VERSION } from '../version.ts';
import { PROTOCOL_VERSION, type ControlRequest, type Want } from './protocol/messages.ts';
import type { PageSource } from './sources/page-source.ts';
import { Channels } from './viewers/channels.ts';
import { Viewer } from './viewers/viewer.ts';
import { answerComparison, type Compare } from './web/comparisons.ts';
import { Arrays } from './web/arrays.ts';
import { cookieOf, denialOf, hasToken, isSame, SAFE_HEADERS, type Access } from './web/access.ts';
import type { StaticFile } from './web/static-files.ts';

/** Bytes of a message from a page. */
const MOST_MESSAGE_BYTES = 64 * 1024;

/** Pages that look at a time. */
const MOST_VIEWERS = 32;

/** A page that does not answer for two of these is gone, ms. */
const PING_MS = 30_000;

export interface PageServerOptions {
  readonly access: Access;
  readonly port: number;
  /** Where it is taken, any other will do. */
  readonly isPortFree: boolean;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly sources: readonly PageSource[];
  readonly canControl: boolean;
  /** Rejects with an `Error` whose message may be shown. */
  readonly control: (by: string, request: ControlRequest) => Promise<string>;
  /** Hears of what nobody expected. */
  readonly log: (text: string) => void;
  /** Undefined: there are no files to compare with. */
  readonly compare?: Compare;
  /** Further GET requests, checked already; whether it answered. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;
}

export class PageServer {
  readonly #options: PageServerOptions;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #viewers = new Map<WebSocket, Viewer>();
  readonly #sources = new Map<string, PageSource>();
  readonly #channels = new Channels();
  readonly #arrays: Arrays;
  readonly #silent = new Set<WebSocket>();
  #ping: NodeJS.Timeout | undefined;
  #count = 0;
  #port = 0;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#arrays = new Arrays(this.#sources, options.log);
    this.#http = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
    this.change(options.sources);
  }

  /** Further sources that can be looked at, and IDs of those that are gone, or replaced by these. */
  change(come: readonly PageSource[], gone: readonly string[] = []): void {
    for (const id of gone) {
      this.#sources.delete(id);
      for (const viewer of this.#viewers.values()) viewer.forget(id);
    }
    for (const source of come) {
      const { id } = source.source;
      this.#sources.set(id, source);
      source.onChange((change) => {
        for (const viewer of this.#viewers.values()) viewer.changed(id, change);
      });
    }
    if (gone.length > 0) this.#watch();
    const all = [...this.#sources.values()].map(({ source }) => source);
    for (const viewer of this.#viewers.values()) viewer.say({ kind: 'sources', sources: all });
  }

  /** Resolves with the address of the page, its token in it. Rejects where the port or the address cannot be had. */
  async listen(): Promise<string> {
    const { port, isPortFree, access } = this.#options;
    try {
      await this.#listenAt(port);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (isTaken && isPortFree) await this.#listenAt(0);
      else throw new ConfigError([{ path: '--serve', message: cannotListen(error, access.host, port) }]);
    }
    this.#ping = setInterval(() => {
      this.#pingAll();
    }, PING_MS);
    const address = this.#http.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : port;
    const host = access.host.includes(':') ? `[${access.host}]` : access.host;
    const token = access.token === undefined ? '' : `?token=${access.token}`;
    return `http://${host}:${this.#port}${access.prefix}${token}`;
  }

  #listenAt(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, this.#options.access.host, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }

  /** Ends all connections, when what was on its way is out. */
  async close(): Promise<void> {
    clearInterval(this.#ping);
    for (const [socket, viewer] of this.#viewers) {
      viewer.pump();
      socket.close(1001, 'the program ends');
    }
    this.#http.close();
    this.#http.closeIdleConnections();
    const patience = setTimeout(() => {
      for (const socket of this.#viewers.keys()) socket.terminate();
      this.#http.closeAllConnections();
    }, 1000);
    await Promise.all(
      [...this.#viewers.keys()].map((socket) => new Promise((done) => socket.once('close', done))),
    );
    clearTimeout(patience);
    this.#http.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    const { access, files, answer } = this.#options;
    const denial = denialOf(request, this.#port, access);
    if (denial !== undefined) {
      refuse(response, denial.status, denial.message);
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'only GET is answered');
      return;
    }
    const url = this.#urlOf(request);
    if (url === undefined) {
      refuse(response, 404, 'there is nothing at this address');
      return;
    }
    const given = url.searchParams.get('token');
    if (access.token !== undefined && given !== null && isSame(given, access.token)) {
      // The token leaves the address bar.
      response.writeHead(303, { 'Set-Cookie': cookieOf(this.#port, access.token), Location: './' }).end();
      return;
    }
    if (!hasToken(request, this.#port, access.token)) {
      refuse(response, 401, 'open the page by the whole address that the program printed, with its token');
      return;
    }
    const file = files.get(url.pathname.slice(1));
    if (file !== undefined) {
      response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.byteLength });
      response.end(request.method === 'HEAD' ? undefined : file.bytes);
      return;
    }
    if (await this.#arrays.answer(response, url)) return;
    const comparing = { compare: this.#options.compare, log: this.#options.log };
    if (await answerComparison(response, url, this.#sources, comparing)) return;
    if ((await answer?.(request, response, url)) === true) return;
    refuse(response, 404, 'there is nothing at this address');
  }

  /** Below the prefix. Undefined for an address that is none. */
  #urlOf({ url = '/' }: IncomingMessage): URL | undefined {
    const { prefix } = this.#options.access;
    const below = prefix !== '/' && url.startsWith(prefix) ? url.slice(prefix.length - 1) : url;
    return URL.canParse(below, 'http://page') ? new URL(below, 'http://page') : undefined;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { access } = this.#options;
    const isLetIn =
      denialOf(request, this.#port, access) === undefined &&
      // A browser always names its origin; others are programs, which have the token.
      hasToken(request, this.#port, access.token) &&
      this.#urlOf(request)?.pathname === '/live';
    if (!isLetIn || this.#viewers.size >= MOST_VIEWERS) {
      const status = isLetIn ? '503 Service Unavailable' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#welcome(webSocket, request.socket.remoteAddress ?? 'unknown');
    });
  }

  #welcome(socket: WebSocket, address: string): void {
    const { control, canControl } = this.#options;
    this.#count++;
    const viewer = new Viewer(socket, `viewer ${this.#count} at ${address}`, {
      sources: () => this.#sources,
      channelFor: (want) => this.#channelFor(want),
      wanted: () => {
        this.#watch();
      },
      control: (by, request) =>
        canControl
          ? control(by, request)
          : Promise.reject(new Error('this page may only look: start the program with --control')),
      welcome: () => ({
        kind: 'welcome',
        version: PROTOCOL_VERSION,
        software: `ptyflow ${VERSION}`,
        sources: [...this.#sources.values()].map(({ source }) => source),
        canControl,
      }),
    });
    this.#viewers.set(socket, viewer);
    // Where a picture is on its way over a slow connection, the answer to a ping waits behind it; acknowledgements tell as much.
    for (const sign of ['pong', 'message']) socket.on(sign, () => this.#silent.delete(socket));
    socket.on('error', () => {
      socket.terminate();
    });
    socket.on('close', () => {
      this.#viewers.delete(socket);
      this.#silent.delete(socket);
      this.#watch();
    });
  }

  #channelFor(want: Want): ReturnType<Channels['find']> | undefined {
    const source = this.#sources.get(want.source);
    return source === undefined ? undefined : this.#channels.find(want, source);
  }

  /** Tells every source what is looked at. */
  #watch(): void {
    const viewers = [...this.#viewers.values()];
    this.#channels.keep(new Set(viewers.flatMap(({ channels }) => channels)));
    const wants = viewers.flatMap((viewer) => viewer.wants);
    for (const [id, source] of this.#sources) source.watch(wants.filter((want) => want.source === id));
  }

  #pingAll(): void {
    for (const socket of this.#viewers.keys()) {
      if (this.#silent.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#silent.add(socket);
      socket.ping();
    }
  }
}

function cannotListen(error: unknown, host: string, port: number): string {
  const { code } = error as NodeJS.ErrnoException;
  const at = `${host}:${port}`;
  if (code === 'EADDRINUSE') return `${at} is taken by another program: give another port, or none`;
  if (code === 'EACCES') return `${at} may not be used: give a port above 1023`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `${host} is no address of this machine`;
  return `cannot serve at ${at}: ${messageOf(error)}`;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
