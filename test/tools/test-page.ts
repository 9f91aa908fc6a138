/** A page's end of the WebSocket, without a browser. */
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { FromPage, ToPage } from '../../src/server/protocol/messages.ts';
import { decodePicture, type Picture } from '../../src/server/protocol/picture-message.ts';

/** A page: what it was told, and what it was shown. */
export class TestPage {
  readonly socket: WebSocket;
  readonly told: ToPage[] = [];
  readonly pictures: Picture[] = [];
  /** Whether it says that it drew a picture. */
  draws = true;
  #wake: () => void = () => undefined;

  constructor(url: URL, headers: Record<string, string> = {}, path = '/live') {
    this.socket = new WebSocket(`ws://${url.host}${path}`, { headers });
    this.socket.binaryType = 'arraybuffer';
    onTestFinished(() => {
      this.socket.terminate();
    });
    // Of one that is refused: its answer tells more.
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: ArrayBuffer | Buffer, isBinary: boolean) => {
      if (isBinary) {
        const picture = decodePicture(data as ArrayBuffer);
        this.pictures.push(picture);
        if (this.draws) this.drawn(picture);
      } else {
        this.told.push(JSON.parse(Buffer.from(data as ArrayBuffer).toString()) as ToPage);
      }
      this.#wake();
    });
  }

  say(message: FromPage): void {
    this.socket.send(JSON.stringify(message));
  }

  drawn({ channel, sequence }: Picture): void {
    this.say({ kind: 'drawn', channel, sequence });
  }

  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  hears<K extends ToPage['kind']>(kind: K): Promise<Extract<ToPage, { kind: K }>> {
    return this.until(() => this.told.find((message) => message.kind === kind)) as Promise<
      Extract<ToPage, { kind: K }>
    >;
  }
}
