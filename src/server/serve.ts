/** Starts the page's server on a thread of its own, and connects it with a run. */
import { Worker, type Transferable } from 'node:worker_threads';
import { AbortedError, errorFromPlain, messageOf, plainError } from '../errors.ts';
import { changesText } from '../run/control/changes-text.ts';
import type { Snapshot } from '../run/control/snapshot.ts';
import type { Run } from '../run/control/remote-run.ts';
import type { ControlRequest } from './protocol/messages.ts';
import type { FromServer, ServerTask, ToServer } from './thread/messages.ts';

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
      else if (watched !== undefined) void answer(watched, message, post);
    });
  });
  return {
    url,
    failed,
    watch(run) {
      watched = run;
      report(run, post);
    },
    async close() {
      post({ kind: 'close' });
      await ended;
    },
  };
}

/** Hands over all that a run reports, and how it ends. */
function report(run: Run, post: (message: ToServer) => void): void {
  run.on((event) => {
    post({ kind: 'event', event, time: Date.now() });
  });
  run.ended.then(
    ({ result }) => {
      post({ kind: 'end', how: 'ended', result });
    },
    (error: unknown) => {
      const how = error instanceof AbortedError ? 'stopped' : 'failed';
      post({ kind: 'end', how, result: undefined, message: messageOf(error) });
    },
  );
}

async function answer(
  run: Run,
  message: Extract<FromServer, { kind: 'snapshot' | 'control' }>,
  post: (message: ToServer, transfer?: readonly Transferable[]) => void,
): Promise<void> {
  const { id } = message;
  try {
    if (message.kind === 'control') {
      const { by, request } = message;
      // What has ended keeps no remarks.
      if (request.do === 'stop') void run.remark({ by, what: 'stopped the run' }).catch(() => undefined);
      const answered = await control(run, request);
      if (request.do !== 'stop') void run.remark({ by, what: answered }).catch(() => undefined);
      post({ kind: 'answer', id, answer: answered });
      return;
    }
    const snapshot = await run.snapshot(message.options);
    post({ kind: 'answer', id, answer: snapshot }, buffersOf(snapshot));
  } catch (error) {
    post({ kind: 'refusal', id, error: plainError(error) });
  }
}

/** Does what a viewer asks; what was done, for people. */
async function control(run: Run, request: ControlRequest): Promise<string> {
  switch (request.do) {
    case 'pause': {
      const { engine, iteration } = await run.pause();
      return `paused after iteration ${iteration} of ${engine}`;
    }
    case 'resume': {
      const { engine, iteration } = await run.resume();
      return `resumed after iteration ${iteration} of ${engine}`;
    }
    case 'stop':
      run.stop();
      return 'stopping after this iteration';
    case 'save':
      return `saved ${await run.save()}`;
    case 'change': {
      await run.change(request.changes);
      return `changed ${changesText(request.changes).join(', ')}`;
    }
  }
}

/** Memory that can go to the other thread without a copy: each once. */
function buffersOf({ probes, objects, fluence, frames }: Snapshot): Transferable[] {
  const arrays = [
    ...[probes, objects].flatMap((fields) => Object.values(fields).map(({ data }) => data)),
    ...Object.values(fluence ?? {}),
    ...frames.flatMap(({ measured, model, weights }) => [measured, model, weights]),
  ];
  const buffers = arrays.flatMap(({ data }) => (data.buffer instanceof ArrayBuffer ? [data.buffer] : []));
  return [...new Set(buffers)];
}
