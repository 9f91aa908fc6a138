/** Files and numbers made by real h5py and numpy. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Debian's Python, which has h5py and numpy; another one where this variable says so. */
export const PYTHON = process.env.PTYFLOW_PYTHON ?? '/usr/bin/python3';

/** Runs Python code with `numpy as np`, `h5py` and `argument` at hand; what it leaves in `result` comes back. */
export function h5py(code: string, argument: unknown = null): unknown {
  const program = [
    'import json, sys, numpy as np, h5py',
    'argument = json.loads(sys.argv[1])',
    'result = None',
    code,
    'print("RESULT" + json.dumps(result))',
  ].join('\n');
  const output = execFileSync(PYTHON, ['-c', program, JSON.stringify(argument)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output.slice(output.lastIndexOf('RESULT') + 'RESULT'.length)) as unknown;
}

/** Runs a script with these arguments; what it prints is JSON. */
export function pythonScript(file: string, ...args: string[]): unknown {
  const output = execFileSync(PYTHON, [file, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
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
