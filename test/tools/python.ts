/** A Python program that goes on while the test does: it is told what to do line by line. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { peer } from './peer.ts';

/** Steps of another process. */
export interface Program {
  /** Sends a line; returns what the program prints as the answer. */
  tell(line: string): Promise<string>;
  /** No more lines come; returns when the program has ended. Throws where it failed. */
  end(): Promise<void>;
}

/**
 * Runs Python code with `numpy as np`, `h5py`, `argument` and a function `step()` at hand: it prints what it is given, and
 * returns the next line or None. The program begins with a first `step()`.
 */
export async function python(code: string, argument: unknown = null): Promise<Program> {
  const program = [
    'import json, sys, numpy as np, h5py',
    'argument = json.loads(sys.argv[1])',
    'def step(answer="ok"):',
    '    print(answer, flush=True)',
    '    line = sys.stdin.readline()',
    '    return line.strip() if line else None',
    code,
  ].join('\n');
  const child = spawn(peer('h5py'), ['-c', program, JSON.stringify(argument)]);
  let problem = '';
  child.stderr.on('data', (data: Buffer) => (problem += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const next = (await answers.next()) as IteratorResult<string, undefined>;
    if (next.value === undefined) throw new Error(`the Python program has ended: ${problem}`);
    return next.value;
  };
  await answer();
  return {
    tell(line) {
      child.stdin.write(`${line}\n`);
      return answer();
    },
    async end() {
      child.stdin.end();
      const status = await ended;
      if (status !== 0) throw new Error(`the Python program failed: ${problem}`);
    },
  };
}
