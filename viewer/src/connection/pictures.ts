/** The pictures that the components on the page want, and whether they have been drawn. */
import type { FromPage, ToPage, Want } from '../../../src/server/protocol/messages.ts';
import type { Picture } from '../../../src/server/protocol/picture-message.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** What a component wants; its number is given here. */
export type Wish = WithoutId<Want>;

export interface Shown {
  /** The newest. */
  readonly picture?: Picture;
  /** Why it cannot be shown. */
  readonly trouble?: string;
}

interface Entry {
  readonly want: Want;
  /** Components that want it. */
  holders: number;
  channel?: number;
  shown: Shown;
}

const NOTHING: Shown = {};

/** Two wishes with the same key want the same pictures. */
export function keyOf(wish: Wish): string {
  return JSON.stringify(wish);
}

export class Pictures {
  readonly #entries = new Map<string, Entry>();
  /** Pictures whose `drawn` has not been sent. */
  readonly #owed = new Set<Picture>();
  readonly #listeners = new Set<() => void>();
  readonly #send: (message: FromPage) => void;
  #lastId = 0;
  #isChanged = false;

  /** `send` drops messages while there is no connection. */
  constructor(send: (message: FromPage) => void) {
    this.#send = send;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  shown(key: string): Shown {
    return this.#entries.get(key)?.shown ?? NOTHING;
  }

  /** Wants pictures until the function that it returns is called. */
  hold(wish: Wish): () => void {
    const key = keyOf(wish);
    const known = this.#entries.get(key);
    const entry = known ?? { want: { ...wish, id: ++this.#lastId }, holders: 0, shown: NOTHING };
    entry.holders += 1;
    this.#entries.set(key, entry);
    if (known === undefined) this.#change();
    return () => {
      entry.holders -= 1;
      // Another component may take the wish over in the same turn.
      queueMicrotask(() => {
        if (entry.holders > 0 || this.#entries.get(key) !== entry) return;
        this.#entries.delete(key);
        this.#payUnseen();
        this.#change();
      });
    };
  }

  /** A picture came. */
  take(picture: Picture): void {
    for (const older of this.#owed) if (older.channel === picture.channel) this.drawn(older);
    this.#owed.add(picture);
    for (const entry of this.#entries.values())
      if (entry.channel === picture.channel) entry.shown = { picture };
    this.#payUnseen();
    this.#tell();
  }

  /** A picture is on the screen. May be called more than once. */
  drawn(picture: Picture): void {
    if (!this.#owed.delete(picture)) return;
    this.#send({ kind: 'drawn', channel: picture.channel, sequence: picture.sequence });
  }

  hear(message: Extract<ToPage, { kind: 'channel' | 'trouble' }>): void {
    const entry = [...this.#entries.values()].find(({ want }) => want.id === message.want);
    if (entry === undefined) return;
    if (message.kind === 'channel') entry.channel = message.channel;
    else entry.shown = { ...entry.shown, trouble: message.message };
    this.#tell();
  }

  /** A new connection: the server knows nothing of what is wanted, and awaits nothing. */
  renew(): void {
    this.#owed.clear();
    for (const entry of this.#entries.values()) delete entry.channel;
    this.#change();
  }

  /** Nobody shows these: they will not be drawn. */
  #payUnseen(): void {
    const channels = new Set([...this.#entries.values()].map(({ channel }) => channel));
    for (const picture of this.#owed) if (!channels.has(picture.channel)) this.drawn(picture);
  }

  /** Sends what is wanted, once for all changes of a turn. */
  #change(): void {
    if (this.#isChanged) return;
    this.#isChanged = true;
    queueMicrotask(() => {
      this.#isChanged = false;
      this.#send({ kind: 'want', wants: [...this.#entries.values()].map(({ want }) => want) });
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
