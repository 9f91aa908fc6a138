/** Serves what a task names, while the run, if any, goes on in other threads. */
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { plainError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { control } from '../control.ts';
import { PageServer, type PageServerOptions } from '../server.ts';
import { FileService, filesThread } from '../files/file-service.ts';
import { fileHandler } from '../files/http.ts';
import { servedOf } from '../files/served.ts';
import { FileSources } from '../sources/file-sources.ts';
import { RunSource } from '../sources/run-source.ts';
import { ScanSource } from '../sources/scan-source.ts';
import { staticFiles } from '../web/static-files.ts';
import type { FromServer, ServerTask, ToServer } from './messages.ts';
import { relayedRun } from './relay.ts';

/** Where the build puts the page: `dist/viewer`. */
const PAGE = fileURLToPath(new URL('../../viewer', import.meta.url));

export async function serveTask(port: MessagePort, task: ServerTask): Promise<void> {
  const say = (message: FromServer): void => {
    port.postMessage(message);
  };
  const relayed = task.run === undefined ? undefined : relayedRun(say);
  const run =
    relayed === undefined || task.run === undefined
      ? undefined
      : new RunSource(relayed.run, { id: 'run', name: task.run, software: `ptyflow ${VERSION}` });
  const scans = task.previews.map((preview) => new ScanSource(preview));
  const log = (text: string): void => {
    say({ kind: 'trouble', text });
  };
  const files =
    task.files.length === 0
      ? undefined
      : new FileService({ served: servedOf(task.files), log, thread: filesThread() });
  const listed = files === undefined ? undefined : new FileSources(files, log);
  try {
    const [page, first] = await Promise.all([staticFiles(PAGE), listed?.look()]);
    const server = new PageServer({
      access: task.access,
      port: task.port,
      isPortFree: task.isPortFree,
      files: page,
      sources: [...(run === undefined ? [] : [run]), ...scans, ...(first?.come ?? [])],
      ...(files === undefined ? {} : filesAnswers(files, log)),
      canControl: task.canControl && (run !== undefined || scans.length > 0),
      log,
      control: async (by, request) => {
        if ('source' in request) {
          const scan = scans.find(({ source }) => source.id === request.source);
          if (scan === undefined) throw new Error(`there is no scan ${request.source}`);
          return scan.control(by, request);
        }
        if (relayed === undefined) throw new Error('there is no run');
        const done = await control(relayed.run, by, request);
        if (request.do === 'pause' || request.do === 'resume') run?.pause(request.do === 'pause');
        if (request.do === 'change') run?.changed();
        return done;
      },
    });
    port.on('message', (message: ToServer) => {
      if (message.kind !== 'close') {
        relayed?.hear(message);
        return;
      }
      listed?.close();
      void Promise.all([server.close(), files?.close(), ...scans.map((scan) => scan.close())]).then(() => {
        port.close();
      });
    });
    say({ kind: 'listening', url: await server.listen() });
    void listed?.follow(({ come, gone }) => {
      server.change(come, gone);
    });
  } catch (error) {
    say({ kind: 'failed', error: plainError(error) });
    listed?.close();
    await files?.close();
    port.close();
  }
}

function filesAnswers(
  files: FileService,
  log: (text: string) => void,
): Pick<PageServerOptions, 'answer' | 'compare'> {
  return {
    answer: fileHandler(files, log),
    compare: (first, second) => files.ask({ do: 'compare', first, second }),
  };
}
