/** Everything between the components and the server. */
import type { ControlRequest, FromPage, ToPage } from '../../../src/server/protocol/messages.ts';
import { decodePicture } from '../../../src/server/protocol/picture-message.ts';
import { Link, type Socket } from './link.ts';
import { Pictures } from './pictures.ts';
import { NOTHING_KNOWN, reduce, type Happening, type PageState } from './state.ts';

export class Page {
  readonly pictures: Pictures;
  readonly #link: Link;
  readonly #listeners = new Set<() => void>();
  #state = NOTHING_KNOWN;
  #lastAsk = 0;

  constructor(open: () => Socket) {
    this.#link = new Link(
      open,
      (data) => {
        this.#hear(data);
      },
      (isClosed) => {
        this.#happen({ kind: 'lost', isClosed });
      },
    );
    this.pictures = new Pictures((message) => {
      this.#send(message);
    });
    this.#link.connect();
  }

  get state(): PageState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  choose(source: string): void {
    this.#happen({ kind: 'choose', source });
  }

  /** Asks what there is to see of a source that is shown beside the chosen one. */
  look(source: string): void {
    this.#show(source);
  }

  /** The answer or refusal becomes `state.reply`, with the number that is returned. */
  ask(request: ControlRequest): number {
    this.#send({ kind: 'ask', id: ++this.#lastAsk, request });
    return this.#lastAsk;
  }

  /** They become part of the state, now and whenever they change. */
  askParameters(source: string): void {
    this.#send({ kind: 'parameters', source });
  }

  end(): void {
    this.#link.end();
  }

  #hear(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      this.pictures.take(decodePicture(data));
      return;
    }
    const message = JSON.parse(String(data)) as ToPage;
    if (message.kind === 'channel' || message.kind === 'trouble') {
      this.pictures.hear(message);
      return;
    }
    this.#happen(message);
  }

  #happen(happening: Happening): void {
    const before = this.#state.chosen;
    this.#state = reduce(this.#state, happening);
    const { chosen } = this.#state;
    // A source may have another in its place.
    const isListed = happening.kind === 'welcome' || happening.kind === 'sources';
    if (chosen !== null && (chosen !== before || isListed)) this.#show(chosen);
    for (const listener of this.#listeners) listener();
    if (isListed) this.pictures.renew();
  }

  #show(source: string): void {
    const kind = this.#state.sources.find(({ id }) => id === source)?.kind;
    if (kind !== 'run') this.#send({ kind: 'open', source });
  }

  #send(message: FromPage): void {
    this.#link.send(message);
  }
}
