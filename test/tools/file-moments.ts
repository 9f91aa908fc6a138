/** Every moment of a folder while something is written: what a kill at that moment would leave behind. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

type Call = (...args: unknown[]) => unknown;

const CHANGES = ['writeSync', 'ftruncateSync', 'renameSync', 'rmSync', 'unlinkSync', 'openSync'] as const;

/**
 * Runs `work` and copies `folder` into `target/0`, `target/1`, … after every single change that this process makes to any
 * file but `*.tmp`. `label` says what is known at each moment; its answers are returned in order.
 */
export async function momentsOf<T>(
  folder: string,
  target: string,
  label: () => T,
  work: () => Promise<unknown>,
): Promise<T[]> {
  const labels: T[] = [];
  const open = new Map<unknown, string>();
  const original = Object.fromEntries(CHANGES.map((name) => [name, fs[name] as Call]));
  const patched = fs as unknown as Record<string, Call>;
  let copying = false;

  /** The file that a call changed; undefined for one that only reads. */
  const changed = (name: string, [first, second]: unknown[], result: unknown): string | undefined => {
    if (name === 'writeSync' || name === 'ftruncateSync') return open.get(first);
    if (name === 'renameSync') return String(second);
    if (name !== 'openSync') return String(first);
    open.set(result, String(first));
    return second === 'r' || second === 0 ? undefined : String(first);
  };

  for (const name of CHANGES) {
    patched[name] = (...args) => {
      const result = original[name](...args);
      const file = changed(name, args, result);
      if (copying || file === undefined || file.endsWith('.tmp')) return result;
      copying = true;
      try {
        fs.cpSync(folder, join(target, String(labels.length)), { recursive: true });
        labels.push(label());
      } finally {
        copying = false;
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
