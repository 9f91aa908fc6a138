/** Scans that come when a test says so: the other end of `scripted-feed.mjs`. */
import { BroadcastChannel } from 'node:worker_threads';
import type { DataPackage } from '../../src/frames/package.ts';
import type { FeedOptions } from '../../src/run/options.ts';
import type { FromFeed, PlainPackage } from '../../src/run/live/feed-messages.ts';

export class ScriptedScan {
  /** Kinds of the messages that the thread was sent, and `ready` when it had started. */
  readonly heard: string[] = [];
  readonly #channel: BroadcastChannel;
  #given = 0;
  #wake: (() => void) | undefined;

  constructor(play: string, label: string) {
    this.#channel = new BroadcastChannel(`${play} ${label}`);
    this.#channel.onmessage = (event: unknown) => {
      this.heard.push((event as { data: { heard: string } }).data.heard);
      this.#wake?.();
    };
  }

  /** Until the thread has been told that, so many times. */
  async hears(kind: string, times = 1): Promise<void> {
    while (this.heard.filter((one) => one === kind).length < times) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  say(message: FromFeed): void {
    this.#channel.postMessage({ say: message });
  }

  /** Returns when it is taken. */
  give({ common, chunk }: DataPackage): Promise<void> {
    const plain: PlainPackage = { common, chunk };
    this.say({ kind: 'package', package: plain });
    this.#given++;
    return this.hears('taken', this.#given);
  }

  /** Returns when it has been said. */
  end(): Promise<void> {
    this.say({ kind: 'ended' });
    return this.hears('ended');
  }

  close(): void {
    this.#channel.close();
  }
}

/** For `runReconstruction`: threads that do what the scripted scans of this play say. */
export function scriptedFeed(play: string): FeedOptions {
  return { thread: new URL('scripted-feed.mjs', import.meta.url), scanModules: [play] };
}
