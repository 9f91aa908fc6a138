/** Every moment of a folder while something is written: what a kill at that moment would leave behind. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const CHANGES = ['writeSync', 'ftruncateSync', 'renameSync', 'rmSync', 'unlinkSync', 'openSync'] as const;

/**
 * Runs `work` and copies `folder` into `target/0`, `target/1`, … after each single change that this process makes to any
 * file in it. `label` says what is known at each moment; its answers are returned in order.
 */
export async function momentsOf<T>(
  folder: string,
  target: string,
  label: () => T,
  work: () => Promise<unknown>,
): Promise<T[]> {
  const labels: T[] = [];
  const original = Object.fromEntries(CHANGES.map((name) => [name, fs[name]]));
  const patched = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  let last = '';
  const record = (): void => {
    const state = fingerprint(folder);
    if (state === last) return;
    last = state;
    fs.cpSync(folder, join(target, String(labels.length)), { recursive: true });
    labels.push(label());
  };
  let busy = false;
  for (const name of CHANGES) {
    patched[name] = (...args) => {
      const result: unknown = (original[name] as (...a: unknown[]) => unknown)(...args);
      if (!busy) {
        busy = true;
        try {
          record();
        } finally {
          busy = false;
        }
      }
      return result;
    };
  }
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(fs, original);
    syncBuiltinESMExports();
  }
  return labels;
}

function fingerprint(folder: string): string {
  const names = fs.readdirSync(folder).sort();
  return names.map((name) => `${name}\0${fs.readFileSync(join(folder, name), 'latin1')}`).join('\0');
}
