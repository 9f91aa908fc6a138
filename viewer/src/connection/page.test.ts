import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { FromPage, ToPage } from '../../../src/server/protocol/messages.ts';
import type { Socket } from './link.ts';
import { Page } from './page.ts';

const WELCOME: ToPage = {
  ...{ kind: 'welcome', version: 1, software: '0.1.0', canControl: false },
  sources: [{ id: 'a', name: 'x.ptyr', kind: 'ptyr' }],
};

describe('a page and its server', () => {
  let server: WebSocketServer | undefined;
  let page: Page | undefined;
  afterEach(() => {
    page?.end();
    server?.close();
  });

  async function started(port: number): Promise<{ made: WebSocketServer; port: number }> {
    const made = new WebSocketServer({ host: '127.0.0.1', port });
    server = made;
    await once(made, 'listening');
    return { made, port: (made.address() as AddressInfo).port };
  }

  /** Greets the next page; returns what it says, until it has said something of each kind. */
  async function greeted(made: WebSocketServer, kinds: readonly string[]): Promise<FromPage[]> {
    const [socket] = (await once(made, 'connection')) as [ServerSocket];
    const heard: FromPage[] = [];
    return new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        heard.push(JSON.parse(data.toString()) as FromPage);
        if (kinds.every((kind) => heard.some((message) => message.kind === kind))) resolve(heard);
      });
      socket.send(JSON.stringify(WELCOME));
    });
  }

  it('find each other again, and the page asks again for what it shows', async () => {
    const { made, port } = await started(0);
    const first = greeted(made, ['open', 'want']);
    const made1 = new Page(() => new WebSocket(`ws://127.0.0.1:${port}/live`) as unknown as Socket);
    page = made1;
    made1.pictures.hold({ source: 'a', name: 'S', what: 'positions' });
    const asked = [
      { kind: 'open', source: 'a' },
      { kind: 'want', wants: [{ source: 'a', name: 'S', what: 'positions', id: 1 }] },
    ];
    expect(await first).toEqual(asked);
    expect(made1.state).toMatchObject({ link: 'open', isBack: false, chosen: 'a' });

    const lost = new Promise<void>((resolve) => {
      const stop = made1.subscribe(() => {
        if (made1.state.link !== 'lost') return;
        stop();
        resolve();
      });
    });
    for (const socket of made.clients) socket.terminate();
    made.close();
    await lost;
    expect(made1.state.link).toBe('lost');
    const again = await started(port);
    expect(await greeted(again.made, ['open', 'want'])).toEqual(asked);
    expect(made1.state).toMatchObject({ link: 'open', isBack: true });
  });
});
