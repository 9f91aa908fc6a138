/** The command as users run it: the built program in a process of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function ptyflow(args: readonly string[], cwd?: string): Finished {
  if (!existsSync(COMMAND)) throw new Error('these tests run the built program: npm run build');
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: 'utf8',
    cwd,
  });
  return { status, stdout, stderr };
}
