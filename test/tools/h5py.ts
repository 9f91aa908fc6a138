/** Files and numbers made by real h5py and numpy. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { peer } from './peer.ts';

/** Runs Python code with `numpy as np`, `h5py` and `argument` at hand; what it leaves in `result` comes back. */
export function h5py(code: string, argument: unknown = null): unknown {
  return (interpreter ??= new Interpreter(peer('h5py'))).run(code, argument);
}

let interpreter: Interpreter | undefined;

/** One for all calls of a test process: starting Python with h5py takes longer than most of what is asked of it. */
class Interpreter {
  readonly #requests: number;
  readonly #answers: number;

  constructor(python: string) {
    const folder = mkdtempSync(join(tmpdir(), 'ptyflow-h5py-'));
    const [requests, answers] = [join(folder, 'requests'), join(folder, 'answers')];
    execFileSync('mkfifo', [requests, answers]);
    const server = join(import.meta.dirname, 'h5py_server.py');
    spawn(python, [server, requests, answers], { stdio: ['ignore', 'inherit', 'inherit'] }).unref();
    // Each waits for Python to open the other end.
    this.#requests = openSync(requests, 'w');
    this.#answers = openSync(answers, 'r');
    rmSync(folder, { recursive: true });
  }

  run(code: string, argument: unknown): unknown {
    writeSync(this.#requests, `${JSON.stringify([code, argument])}\n`);
    const { result, error } = JSON.parse(this.#line()) as { result?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  }

  #line(): string {
    const parts: Buffer[] = [];
    const bytes = Buffer.alloc(1 << 16);
    for (;;) {
      const length = readSync(this.#answers, bytes);
      if (length === 0) throw new Error('Python has ended');
      parts.push(Buffer.from(bytes.subarray(0, length)));
      // An answer is one line, and nothing comes before the next request.
      if (bytes[length - 1] === '\n'.charCodeAt(0)) return Buffer.concat(parts).toString();
    }
  }
}

/** Runs a script with these arguments; what it prints is JSON. */
export function pythonScript(file: string, ...args: string[]): unknown {
  const output = execFileSync(peer('h5py'), [file, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(output) as unknown;
}

/** A folder that is removed after the tests of the file that asks for it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ptyflow-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
