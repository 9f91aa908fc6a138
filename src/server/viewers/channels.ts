/** What is shown at which size has a number, and one message for all viewers that show it. */
import type { Want } from '../protocol/messages.ts';
import { encodePicture } from '../protocol/picture-message.ts';
import { keyOf, type PageSource } from '../sources/page-source.ts';

export class Channel {
  readonly number: number;
  readonly want: Want;
  readonly source: PageSource;
  #made: { readonly sequence: number; readonly message: Promise<Uint8Array | undefined> } | undefined;

  constructor(number: number, want: Want, source: PageSource) {
    this.number = number;
    this.want = want;
    this.source = source;
  }

  /** The picture of the present state as a message, made once. Undefined: not there yet. Rejects as the source does. */
  message(): Promise<Uint8Array | undefined> {
    const { sequence, time } = this.source;
    if (this.#made?.sequence === sequence) return this.#made.message;
    const message = this.source.picture(this.want).then((picture) => {
      if (picture === undefined) {
        // It may be there with the next snapshot of the same state.
        this.#made = undefined;
        return undefined;
      }
      return encodePicture({ ...picture, channel: this.number, sequence, time });
    });
    this.#made = { sequence, message };
    return message;
  }
}

export class Channels {
  readonly #byKey = new Map<string, Channel>();
  #count = 0;

  find(want: Want, source: PageSource): Channel {
    const key = keyOf(want);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const channel = new Channel(this.#count++, want, source);
    this.#byKey.set(key, channel);
    return channel;
  }

  /** Forgets all that nobody wants. */
  keep(wanted: ReadonlySet<Channel>): void {
    for (const [key, channel] of this.#byKey) if (!wanted.has(channel)) this.#byKey.delete(key);
  }
}
