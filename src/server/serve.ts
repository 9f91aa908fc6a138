/** Starts the page's server on a thread of its own, and connects it with a run. */
import { Worker, type Transferable } from 'node:worker_threads';
import { errorFromPlain } from '../errors.ts';
import type { Run } from '../run/control/remote-run.ts';
import type { FromServer, ServerTask, ToServer } from './thread/messages.ts';
import { answer, tellOf } from './thread/relay.ts';

const SERVER_THREAD = new URL('thread/server-entry.js', import.meta.url);

export interface Served {
  /** Address of the page, with its token. */
  readonly url: string;
  /** Shows this run, which the task has named. */
  watch(run: Run): void;
  /** Ends all connections and the thread. */
  close(): Promise<void>;
  /** Rejects if the server fails later. */
  readonly failed: Promise<never>;
}

/** `onTrouble` hears, in words, what goes wrong on the way. Rejects with what kept the server from listening, e.g. a port that is taken. */
export async function startServer(task: ServerTask, onTrouble: (text: string) => void): Promise<Served> {
  const worker = new Worker(SERVER_THREAD, { workerData: task });
  const post = (message: ToServer, transfer: readonly Transferable[] = []): void => {
    worker.postMessage(message, transfer);
  };
  const failed = new Promise<never>((_, reject) => {
    worker.once('error', reject);
  });
  failed.catch(() => undefined);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
  });
  let watched: Run | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    failed.catch(reject);
    worker.on('message', (message: FromServer) => {
      if (message.kind === 'listening') resolve(message.url);
      else if (message.kind === 'failed') reject(errorFromPlain(message.error));
      else if (message.kind === 'trouble') onTrouble(message.text);
      else if (watched !== undefined) void answer(watched, message.message, post);
    });
  });
  return {
    url,
    failed,
    watch(run) {
      watched = run;
      tellOf(run, post);
    },
    async close() {
      post({ kind: 'close' });
      await ended;
    },
  };
}
