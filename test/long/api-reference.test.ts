/** The API reference can be made: every public declaration, every type that one uses, and every link in a comment resolves. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../tools/ptyflow.ts';

it('the API reference is made without warnings', () => {
  const program = join(ROOT, 'node_modules/typedoc/bin/typedoc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--emit', 'none'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(stdout + stderr).not.toMatch(/\[(warning|error)\]/);
  expect(status).toBe(0);
});
