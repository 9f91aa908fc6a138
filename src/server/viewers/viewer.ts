/**
 * One page that looks. It gets a picture at a time, the newest there is, and the next when that is drawn; words wait while the
 * connection is full. So that a slow one gets less, and nothing grows.
 */
import type { WebSocket } from 'ws';
import { messageOf } from '../../errors.ts';
import type { ControlRequest, FromPage, ShownParameters, ToPage, Want } from '../protocol/messages.ts';
import type { Change, PageSource } from '../sources/page-source.ts';
import type { Channel } from './channels.ts';
import { fromPage } from './from-page.ts';

/** Bytes that may wait in the connection before words wait here. */
const MOST_BUFFERED = 64 * 1024;

/** History entries, or log lines, in a message. */
const MOST_ENTRIES = 500;

/** Between two tellings of what goes on: small runs do hundreds of iterations a second, ms. */
const TELL_MS = 300;

/** Messages from the page in a second. */
const MOST_MESSAGES = 200;

/** Codes of RFC 6455, 7.4.1. */
const POLICY_VIOLATION = 1008;

export interface ViewerHost {
  readonly sources: () => ReadonlyMap<string, PageSource>;
  readonly channelFor: (want: Want) => Channel | undefined;
  /** What is wanted has changed. */
  readonly wanted: () => void;
  /** Rejects with an `Error` whose message may be shown. */
  readonly control: (by: string, request: ControlRequest) => Promise<string>;
  readonly welcome: () => ToPage;
}

interface Shown {
  readonly want: Want;
  readonly channel: Channel;
  /** State that was sent last; -1: none. */
  sent: number;
  /** The message of this state could not be made. */
  failed: number;
  /** Turns in which another came first. */
  waited: number;
}

/** What of a source was told already. */
interface Told {
  state: boolean;
  description: boolean;
  /** Entries and lines that the page has. */
  /** Told only if they are asked for. */
  parameters: 'unasked' | 'due' | 'told';
  history: number;
  log: number;
}

export class Viewer {
  readonly name: string;
  readonly #socket: WebSocket;
  readonly #host: ViewerHost;
  readonly #told = new Map<string, Told>();
  readonly #words: ToPage[] = [];
  #shown: Shown[] = [];
  #inFlight: { readonly channel: number; readonly sequence: number } | undefined;
  #isPumping = false;
  /** Will tell what has changed meanwhile. */
  #later: NodeJS.Timeout | undefined;
  #isMaking = false;
  #second = 0;
  #messages = 0;

  constructor(socket: WebSocket, name: string, host: ViewerHost) {
    this.#socket = socket;
    this.name = name;
    this.#host = host;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      this.#hear(isBinary ? undefined : fromPage(data.toString()));
    });
    this.#words.push(host.welcome());
    for (const source of host.sources().values()) if (source.source.kind === 'run') this.#open(source);
    this.pump();
  }

  get wants(): readonly Want[] {
    return this.#shown.map(({ want }) => want);
  }

  get channels(): readonly Channel[] {
    return this.#shown.map(({ channel }) => channel);
  }

  /** Something of a source changed. */
  changed(source: string, change: Change): void {
    const told = this.#told.get(source);
    if (told === undefined) return;
    if (change === 'state' || change === 'description') told[change] = false;
    if (change === 'parameters' && told.parameters === 'told') told.parameters = 'due';
    if (change === 'pictures' || change === 'description') this.pump();
    else
      this.#later ??= setTimeout(() => {
        this.pump();
      }, TELL_MS);
  }

  /** A source is gone, or another in its place. */
  forget(source: string): void {
    this.#told.delete(source);
    this.#shown = this.#shown.filter(({ want }) => want.source !== source);
  }

  /** Tells the page that there are other sources. */
  say(message: ToPage): void {
    this.#words.push(message);
    this.pump();
  }

  /** Sends what there is to send and what the connection takes. */
  pump(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    if (this.#isPumping || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#isPumping = true;
    try {
      while (this.#socket.bufferedAmount < MOST_BUFFERED) {
        const message = this.#nextWords();
        if (message === undefined) break;
        this.#socket.send(JSON.stringify(message), () => {
          this.pump();
        });
      }
    } finally {
      this.#isPumping = false;
    }
    void this.#sendPicture();
  }

  #open(source: PageSource): void {
    const { id } = source.source;
    if (this.#told.has(id)) return;
    this.#told.set(id, {
      ...{ state: false, description: false, parameters: 'unasked', history: 0, log: 0 },
    });
  }

  #hear(message: FromPage | undefined): void {
    const second = Math.floor(Date.now() / 1000);
    this.#messages = second === this.#second ? this.#messages + 1 : 1;
    this.#second = second;
    if (message === undefined || this.#messages > MOST_MESSAGES) {
      this.#socket.close(POLICY_VIOLATION, message === undefined ? 'not understood' : 'too many messages');
      return;
    }
    switch (message.kind) {
      case 'open': {
        const source = this.#host.sources().get(message.source);
        if (source !== undefined) this.#open(source);
        break;
      }
      case 'parameters': {
        const told = this.#told.get(message.source);
        if (told !== undefined) told.parameters = 'due';
        break;
      }
      case 'want':
        this.#show(message.wants);
        break;
      case 'drawn': {
        const { channel, sequence } = message;
        if (this.#inFlight?.channel === channel && this.#inFlight.sequence === sequence) {
          this.#inFlight = undefined;
        }
        break;
      }
      case 'ask':
        void this.#ask(message);
        break;
    }
    this.pump();
  }

  #show(wants: readonly Want[]): void {
    const before = this.#shown;
    this.#shown = wants.flatMap((want) => {
      const channel = this.#host.channelFor(want);
      if (channel === undefined) {
        this.#words.push({ kind: 'trouble', want: want.id, message: `there is no source ${want.source}` });
        return [];
      }
      const known = before.find((shown) => shown.want.id === want.id && shown.channel === channel);
      if (known === undefined) this.#words.push({ kind: 'channel', want: want.id, channel: channel.number });
      return [known ?? { want, channel, sent: -1, failed: -1, waited: 0 }];
    });
    this.#host.wanted();
  }

  async #ask({ id, request }: Extract<FromPage, { kind: 'ask' }>): Promise<void> {
    try {
      this.say({ kind: 'answer', id, message: await this.#host.control(this.name, request) });
    } catch (error) {
      this.say({ kind: 'refusal', id, message: messageOf(error) });
    }
  }

  #nextWords(): ToPage | undefined {
    const first = this.#words.shift();
    if (first !== undefined) return first;
    for (const [id, told] of this.#told) {
      const source = this.#host.sources().get(id);
      const message = source === undefined ? undefined : this.#wordsOf(source, told);
      if (message !== undefined) return message;
    }
    return undefined;
  }

  #wordsOf(source: PageSource, told: Told): ToPage | undefined {
    const { id } = source.source;
    if (!told.description) {
      told.description = true;
      void this.#describe(source);
    }
    if (told.parameters === 'due') {
      told.parameters = 'told';
      void this.#tellParameters(source);
    }
    if (!told.state && source.state !== undefined) {
      told.state = true;
      return { kind: 'state', state: source.state };
    }
    const { history, log } = source;
    // A resumed run hears later what was before.
    if (history.length < told.history) told.history = 0;
    if (history.length > told.history) {
      const entries = history.slice(told.history, told.history + MOST_ENTRIES);
      const from = told.history;
      told.history += entries.length;
      return { kind: 'history', source: id, from, entries };
    }
    const from = Math.max(told.log - log.dropped, 0);
    if (log.lines.length > from) {
      const lines = log.lines.slice(from, from + MOST_ENTRIES);
      told.log = log.dropped + from + lines.length;
      return { kind: 'log', source: id, lines };
    }
    return undefined;
  }

  async #describe(source: PageSource): Promise<void> {
    try {
      const description = await source.describe();
      if (description !== undefined) this.say({ kind: 'description', description });
    } catch (error) {
      const message = messageOf(error);
      this.say({ kind: 'unreadable', source: source.source.id, message });
    }
  }

  async #tellParameters(source: PageSource): Promise<void> {
    const { id } = source.source;
    try {
      const parameters = await source.parameters();
      this.say({
        kind: 'parameters',
        parameters: parameters ?? noParameters(id, 'They come with the first iteration.'),
      });
    } catch (error) {
      this.say({ kind: 'parameters', parameters: noParameters(id, messageOf(error)) });
    }
  }

  /** The one that waited longest, unless one is on its way. */
  async #sendPicture(): Promise<void> {
    if (this.#inFlight !== undefined || this.#isMaking) return;
    const due = this.#shown.filter(
      ({ channel, sent, failed }) => channel.source.sequence > Math.max(sent, failed),
    );
    const next = due.reduce<Shown | undefined>(
      (first, one) => (first === undefined || one.waited > first.waited ? one : first),
      undefined,
    );
    if (next === undefined) return;
    for (const one of due) one.waited++;
    next.waited = 0;
    const { sequence } = next.channel.source;
    this.#isMaking = true;
    try {
      const message = await next.channel.message();
      if (message === undefined) {
        next.failed = sequence;
      } else {
        next.sent = sequence;
        this.#inFlight = { channel: next.channel.number, sequence };
        this.#socket.send(message, { binary: true, compress: false });
      }
    } catch (error) {
      next.failed = sequence;
      const text = messageOf(error);
      this.#words.push({ kind: 'trouble', want: next.want.id, message: text });
    } finally {
      this.#isMaking = false;
    }
    this.pump();
  }
}

function noParameters(source: string, absent: string): ShownParameters {
  return { source, groups: [], yaml: { whole: '', differing: '' }, absent };
}
