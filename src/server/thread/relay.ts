/** A run whose owner is in another thread: one end goes on with it there, the other asks it here. */
import { errorFromPlain, plainError } from '../../errors.ts';
import { RemoteRun, type Run } from '../../run/control/remote-run.ts';
import type { Request } from '../../run/control/requests.ts';
import type { PreparedFrame, Snapshot } from '../../run/control/snapshot.ts';
import type { ViewFrame } from '../../model/view-frames.ts';
import type { Transferable } from 'node:worker_threads';
import type { FromServer, ToServer } from './messages.ts';

/** The run as the server's thread has it; `hear` takes what comes of it, `say` is its way back. */
export function relayedRun(say: (message: FromServer) => void): {
  readonly run: Run;
  readonly hear: (message: Extract<ToServer, { kind: 'run' | 'end' }>) => void;
} {
  let [end, fail]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  let take: (message: Extract<ToServer, { kind: 'run' }>['message']) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  const run = new RemoteRun((hear) => {
    take = hear;
    return {
      ended,
      post: (message) => {
        say({ kind: 'run', message });
      },
    };
  });
  return {
    run,
    hear(message) {
      if (message.kind === 'run') take(message.message);
      else if (message.error === undefined) end();
      else fail(errorFromPlain(message.error));
    },
  };
}

/** Tells the server's thread all that a run reports, and how it ends. */
export function tellOf(run: Run, post: (message: ToServer) => void): void {
  run.on((event) => {
    post({ kind: 'run', message: { kind: 'event', event } });
  });
  run.ended.then(
    ({ result }) => {
      if (result !== undefined) post({ kind: 'run', message: { kind: 'result', result } });
      post({ kind: 'end', error: undefined });
    },
    (error: unknown) => {
      post({ kind: 'end', error: plainError(error) });
    },
  );
}

/** Asks a run what the server's thread wants of it, and posts the answer. */
export async function answer(
  run: Run,
  message: Extract<FromServer, { kind: 'run' }>['message'],
  post: (message: ToServer, transfer?: readonly Transferable[]) => void,
): Promise<void> {
  if (message.kind === 'stop') {
    run.stop();
    return;
  }
  const { id, name } = message;
  try {
    const answered = await ask(run, message);
    const transfer = name === 'snapshot' || name === 'prepared' ? buffersOf(answered) : [];
    post({ kind: 'run', message: { kind: 'answer', id, answer: answered } }, transfer);
  } catch (error) {
    post({ kind: 'run', message: { kind: 'refusal', id, error: plainError(error) } });
  }
}

function ask(run: Run, request: Request): Promise<unknown> {
  switch (request.name) {
    case 'pause':
    case 'resume':
    case 'save':
      return run[request.name]();
    case 'snapshot':
      return run.snapshot(request.given);
    case 'prepared':
      return run.prepared(request.given);
    case 'change':
      return run.change(request.given);
    case 'remark':
      return run.remark(request.given);
  }
}

/** Memory of a snapshot, or of what is prepared, that can go to the other thread without a copy: each once. */
function buffersOf(answered: unknown): Transferable[] {
  const { probes, objects, fluence, frames } = (answered ?? {}) as Partial<Snapshot>;
  const arrays = [
    ...[probes, objects].flatMap((fields) => Object.values(fields ?? {}).map(({ data }) => data)),
    ...Object.values(fluence ?? {}),
    ...(frames ?? []).flatMap((frame) => planesOf(frame)),
  ];
  const buffers = arrays.flatMap(({ data }) => (data.buffer instanceof ArrayBuffer ? [data.buffer] : []));
  return [...new Set(buffers)];
}

function planesOf({ measured, weights, ...rest }: PreparedFrame | ViewFrame): ViewFrame['measured'][] {
  return [measured, weights, ...('model' in rest ? [rest.model] : [])];
}
