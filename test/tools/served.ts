/** A command that serves a page, as users start it. */
import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { COMMAND } from './ptyflow.ts';

export interface Served {
  readonly child: ChildProcess;
  readonly url: URL;
  readonly cookie: Record<string, string>;
  /** All that it writes on standard error. */
  readonly lines: readonly string[];
}

type ChildOfPipes = ChildProcessByStdio<null, null, Readable>;

/** Starts the command and waits for the address of its page; it ends with the test. */
export function serve(...args: readonly string[]): Promise<Served> {
  const child = start(args);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return served(child);
}

/** The same for all tests of a file: its `afterAll` ends the child. */
export function startServing(...args: readonly string[]): Promise<Served> {
  return served(start(args));
}

function start(args: readonly string[]): ChildOfPipes {
  return spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
}

async function served(child: ChildOfPipes): Promise<Served> {
  const lines: string[] = [];
  const url = await new Promise<URL>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const address = /^page: (.*)$/.exec(line)?.[1];
      if (address !== undefined) resolve(new URL(address));
    });
    child.once('exit', () => {
      reject(new Error(lines.join('\n')));
    });
  });
  const token = url.searchParams.get('token') ?? '';
  return { child, url, cookie: { cookie: `ptyflow-${url.port}=${token}` }, lines };
}
