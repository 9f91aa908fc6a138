import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { ROOT } from '../../test/tools/ptyflow.ts';
import { FileError } from '../errors.ts';
import { lockName, takeLock } from './lock.ts';

const folder = temporaryFolder();
let names = 0;

const newName = (): string => join(folder, String(names++), 'deep', 'run');

/** A process that holds the lock of a name, until it is killed. */
async function holderOf(name: string): Promise<ChildProcess> {
  const code = `
    import { takeLock } from ${JSON.stringify(join(ROOT, 'dist/files/lock.js'))};
    takeLock(${JSON.stringify(name)});
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

/** Changes what the lock of a name says. */
function rewrite(name: string, changes: object): void {
  const file = lockName(name);
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }));
}

describe('a lock', () => {
  it('is held once, and leaves nothing, not even the folders made for it', () => {
    const name = newName();
    const lock = takeLock(name);
    expect(lock.abandoned).toBeUndefined();
    expect(() => takeLock(name)).toThrow(FileError);
    expect(() => takeLock(name)).toThrow(`${name} is being written by this process since 20`);
    expect(readdirSync(join(name, '..'))).toEqual(['.run.lock']);
    lock.release();
    expect(existsSync(join(name, '..', '..'))).toBe(false);
    takeLock(name).release();
  });

  it('leaves folders in which there is something, and those that were there', () => {
    const name = newName();
    mkdirSync(join(name, '..', '..'));
    const lock = takeLock(name);
    const kept = takeLock(join(name, '..', 'other'));
    lock.release();
    expect(readdirSync(join(name, '..'))).toEqual(['.other.lock']);
    kept.release();
    takeLock(name).release();
    expect(existsSync(join(name, '..', '..'))).toBe(true);
  });

  it('names the process that has it, and is taken over when that was killed', async () => {
    const name = newName();
    const child = await holderOf(name);
    const text = `${name} is being written by process ${child.pid} on ${hostname()} since`;
    expect(() => takeLock(name)).toThrow(text);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = takeLock(name);
    expect(lock.abandoned).toContain(`process ${child.pid}, which wrote ${name}, ended before its time`);
    expect(readdirSync(join(name, '..'))).toEqual(['.run.lock']);
    lock.release();
    expect(existsSync(lockName(name))).toBe(false);
  });

  it('is one process among those that ask at once', async () => {
    const name = newName();
    const lock = takeLock(name);
    rewrite(name, { pid: 2 ** 22 + 1 });
    const code = `
      import { takeLock } from ${JSON.stringify(join(ROOT, 'dist/files/lock.js'))};
      try { takeLock(${JSON.stringify(name)}); process.stdout.write('+'); } catch { process.stdout.write('-'); }
      process.stdin.resume();`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const said = await Promise.all(
      children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])),
    );
    expect(said.sort()).toEqual(['+', '-', '-', '-']);
    for (const child of children) child.stdin.end();
    // It is no longer ours.
    lock.release();
    expect(existsSync(lockName(name))).toBe(true);
  });

  it('of another machine is kept, and says what to remove', () => {
    const name = newName();
    takeLock(name);
    rewrite(name, { host: 'elsewhere' });
    expect(() => takeLock(name)).toThrow(`on elsewhere since`);
    expect(() => takeLock(name)).toThrow(`if that process is gone, remove ${lockName(name)}`);
  });

  it.runIf(existsSync('/proc/self/stat'))('of an earlier process with the same number is taken over', () => {
    const name = newName();
    takeLock(name);
    rewrite(name, { began: '1' });
    expect(takeLock(name).abandoned).toContain('ended before its time');
  });

  it.each(['', 'notes of a user', '{}', '[1]'])('never touches a file that it did not write: %j', (text) => {
    const name = newName();
    mkdirSync(join(name, '..'), { recursive: true });
    writeFileSync(lockName(name), text);
    expect(() => takeLock(name)).toThrow(`${lockName(name)} stands where a lock is kept, and is none`);
    expect(readFileSync(lockName(name), 'utf8')).toBe(text);
  });
});
