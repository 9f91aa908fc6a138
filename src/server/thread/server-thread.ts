/** Serves what a task names, while the run, if any, goes on in other threads. */
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { errorFromPlain, plainError } from '../../errors.ts';
import type { Snapshot } from '../../run/control/snapshot.ts';
import { VERSION } from '../../version.ts';
import type { ControlRequest } from '../protocol/messages.ts';
import { PageServer } from '../server.ts';
import type { PageSource } from '../sources/page-source.ts';
import { FileService, filesThread } from '../files/file-service.ts';
import { fileHandler } from '../files/http.ts';
import { servedOf } from '../files/served.ts';
import { FileSource } from '../sources/file-source.ts';
import { RunSource } from '../sources/run-source.ts';
import { staticFiles } from '../web/static-files.ts';
import type { FromServer, ServerTask, ToServer } from './messages.ts';

/** Where the build puts the page: `dist/viewer`. */
const PAGE = fileURLToPath(new URL('../../viewer', import.meta.url));

export async function serveTask(port: MessagePort, task: ServerTask): Promise<void> {
  const say = (message: FromServer): void => {
    port.postMessage(message);
  };
  const asked = new Asked(say);
  const run =
    task.run === undefined
      ? undefined
      : new RunSource((options) => asked.snapshot(options), {
          id: 'run',
          name: task.run,
          software: `ptyflow ${VERSION}`,
        });
  const log = (text: string): void => {
    say({ kind: 'trouble', text });
  };
  const files =
    task.files.length === 0
      ? undefined
      : new FileService({ served: servedOf(task.files), log, thread: filesThread() });
  try {
    const server = new PageServer({
      access: task.access,
      port: task.port,
      isPortFree: task.isPortFree,
      files: await staticFiles(PAGE),
      sources: [
        ...(run === undefined ? [] : [run]),
        ...(files === undefined ? [] : await fileSources(files, say)),
      ],
      ...(files === undefined ? {} : { answer: fileHandler(files, log) }),
      canControl: task.canControl && run !== undefined,
      control: async (by, request) => {
        const message = await asked.control(by, request);
        if (request.do === 'pause' || request.do === 'resume') run?.pause(request.do === 'pause');
        return message;
      },
    });
    port.on('message', (message: ToServer) => {
      switch (message.kind) {
        case 'event':
          run?.hear(message.event, message.time);
          break;
        case 'answer':
        case 'refusal':
          asked.hear(message);
          break;
        case 'end':
          run?.end(message);
          break;
        case 'close':
          void Promise.all([server.close(), files?.close()]).then(() => {
            port.close();
          });
          break;
      }
    });
    say({ kind: 'listening', url: await server.listen() });
  } catch (error) {
    say({ kind: 'failed', error: plainError(error) });
    await files?.close();
    port.close();
  }
}

/** A source for each file that can be looked at. */
async function fileSources(files: FileService, say: (message: FromServer) => void): Promise<PageSource[]> {
  const listing = await files.ask({ do: 'list' });
  if (listing.more > 0) say({ kind: 'trouble', text: `${listing.more} further files are not listed` });
  return listing.files.map(({ name, kind }) => new FileSource(files, { id: `file:${name}`, name, kind }));
}

/** What was asked of the thread that has the run, and is not answered yet. */
class Asked {
  readonly #say: (message: FromServer) => void;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void }
  >();
  #count = 0;

  constructor(say: (message: FromServer) => void) {
    this.#say = say;
  }

  snapshot(options: Extract<FromServer, { kind: 'snapshot' }>['options']): Promise<Snapshot> {
    return this.#ask((id) => ({ kind: 'snapshot', id, options })) as Promise<Snapshot>;
  }

  control(by: string, request: ControlRequest): Promise<string> {
    return this.#ask((id) => ({ kind: 'control', id, by, request })) as Promise<string>;
  }

  hear(message: Extract<ToServer, { kind: 'answer' | 'refusal' }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.answer);
    else waiting?.reject(errorFromPlain(message.error));
  }

  #ask(message: (id: number) => FromServer): Promise<unknown> {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#say(message(id));
    });
  }
}
