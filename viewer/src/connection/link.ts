/** A WebSocket that comes back by itself. */

/** Pause before the first attempt to connect again, and the longest, ms. */
const PAUSES = [500, 5000] as const;

/** What is used of a `WebSocket`. */
export type Socket = Pick<
  WebSocket,
  'binaryType' | 'readyState' | 'onmessage' | 'onclose' | 'send' | 'close'
>;

const OPEN = 1;

/** The server ends: a code of RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;

export class Link {
  readonly #open: () => Socket;
  readonly #onMessage: (data: unknown) => void;
  readonly #onLost: (isClosed: boolean) => void;
  #socket: Socket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause: number = PAUSES[0];

  /** `onLost` hears whether the server ended the connection, and itself, on purpose. */
  constructor(open: () => Socket, onMessage: (data: unknown) => void, onLost: (isClosed: boolean) => void) {
    this.#open = open;
    this.#onMessage = onMessage;
    this.#onLost = onLost;
  }

  connect(): void {
    clearTimeout(this.#timer);
    const socket = this.#open();
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#pause = PAUSES[0];
      this.#onMessage(data);
    };
    socket.onclose = ({ code }) => {
      this.#onLost(code === GOING_AWAY);
      this.#timer = setTimeout(() => {
        this.connect();
      }, this.#pause);
      this.#pause = Math.min(2 * this.#pause, PAUSES[1]);
    };
  }

  /** Nothing is sent while there is no connection. */
  send(message: unknown): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** For good. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#socket === undefined) return;
    this.#socket.onclose = null;
    this.#socket.close();
  }
}
