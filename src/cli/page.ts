/** The page that a command serves. */
import { basename } from 'node:path';
import { ConfigError, messageOf } from '../errors.ts';
import type { PreviewTask } from '../run/preview/messages.ts';
import type { Served } from '../server/serve.ts';
import type { PageOptions, ServingOptions } from './options.ts';

/** Easy to remember and to forward. */
export const USUAL_PORT = 8642;

interface PageTask extends Partial<PageOptions> {
  /** Name of the run that is shown. */
  readonly run?: string;
  readonly files?: readonly string[];
  /** Scans that are shown before they are prepared. */
  readonly previews?: readonly PreviewTask[];
  /** Undefined: the usual one, or another where that is taken. */
  readonly port: number | undefined;
  readonly canControl?: boolean;
}

/** Starts the server, and a browser if that is wanted; its address goes to standard error, where it is no output of a command. */
export async function servePage({
  run,
  files = [],
  previews = [],
  port,
  canControl = false,
  host = '127.0.0.1',
  allowHost = [],
  publicOrigin,
  prefix = '/',
  open = false,
}: PageTask): Promise<Served> {
  const [{ startServer }, { accessFor }] = await Promise.all([
    import('../server/serve.ts'),
    import('../server/web/access.ts'),
  ]);
  const access = accessFor({ host, allowedHosts: allowHost, publicOrigin, prefix }, canControl);
  const served = await startServer(
    {
      ...{ run, files, previews, access, canControl },
      port: port ?? USUAL_PORT,
      isPortFree: port === undefined,
    },
    (text) => {
      process.stderr.write(`warning: ${text}\n`);
    },
  );
  process.stderr.write(`page: ${served.url}\n`);
  served.failed.catch((error: unknown) => {
    process.stderr.write(`warning: the page is gone, the run goes on: ${messageOf(error)}\n`);
  });
  if (open) await (await import('open')).default(served.url);
  return served;
}

/** The page of a run, as its command line asks for it; undefined: none. */
export async function serveRun(config: string, options: ServingOptions): Promise<Served | undefined> {
  const { serve, control = false, open = false, keepServing = false } = options;
  if (serve === undefined) {
    const path = control ? '--control' : open ? '--open' : keepServing ? '--keep-serving' : undefined;
    if (path === undefined) return undefined;
    throw new ConfigError([{ path, message: 'is for a page: give --serve too' }]);
  }
  return servePage({
    ...options,
    run: basename(config),
    port: serve === true ? undefined : serve,
    canControl: control,
  });
}
