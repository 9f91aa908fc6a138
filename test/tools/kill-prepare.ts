/** Preparation killed at any moment, and resumed: what must hold whenever that is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { RunEvent } from '../../src/run/events.ts';
import { h5py } from './h5py.ts';
import { COMMAND, ptyflow } from './ptyflow.ts';

/** Centres itself by its first chunk, and has weights: what a successor must find again. */
const CONFIG = `
frames_per_block: 9
scans:
  S:
    data: { name: MoonFlowerScan, shape: 32, num_frames: 150, density: 0.1, dfile: S.ptyd, center: null, saturation: 1e6 }
`;

const CONTENT = `
def content(file):
    def values(entry):
        value = entry[()]
        return [str(entry.dtype), list(entry.shape), hash(value.tobytes()) if hasattr(value, 'tobytes') else repr(value)]
    with h5py.File(file, 'r') as f:
        entries = {'meta/' + name: values(entry) for name, entry in f['meta'].items()}
        for num in f['chunks']:
            if f['chunks'].get(num) is not None:
                for name, entry in f['chunks'][num].items():
                    entries['chunks/' + num + '/' + name] = values(entry)
        return entries
`;

type Content = Readonly<Record<string, unknown>>;

/** Entries of chunks and meta with their types, shapes and hashes, of several files read in one process. */
function contents(files: readonly string[]): Content[] {
  return h5py(`${CONTENT}\nresult = [content(file) for file in argument]`, files) as Content[];
}

/** Files of an uninterrupted preparation, and how long it took after its scan was opened, ms. */
export async function prepareWhole(folder: string, save: string): Promise<{ file: string; ms: number }> {
  const config = join(folder, 'scan.yaml');
  writeFileSync(config, CONFIG);
  const out = join(folder, `whole-${save}`);
  const { ms, code } = await killedAfter(prepareArguments(config, save, out), Infinity);
  expect(code).toBe(0);
  return { file: join(out, 'S.ptyd'), ms };
}

function prepareArguments(config: string, save: string, out: string): string[] {
  return ['prepare', config, '-o', out, '--set', `scans.S.data.save=${save}`, '--json'];
}

interface Killed {
  /** Numbers of the chunks that were acknowledged before. */
  readonly chunks: readonly number[];
  /** From when the scan was opened to the end. */
  readonly ms: number;
  readonly code: number | null;
}

/** Killed so long after it has opened its scan, when it begins to write. */
async function killedAfter(args: readonly string[], ms: number): Promise<Killed> {
  const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let timer: NodeJS.Timeout | undefined;
  let start = performance.now();
  const chunks: number[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    // A line that is cut off was not said.
    if (!line.endsWith('}')) return;
    const event = JSON.parse(line) as RunEvent;
    if (event.event === 'chunk') chunks.push(event.chunk);
    if (event.event !== 'scan') return;
    start = performance.now();
    if (ms < Infinity) timer = setTimeout(() => child.kill('SIGKILL'), ms);
  });
  await once(child, 'close');
  clearTimeout(timer);
  return { chunks, ms: performance.now() - start, code: child.exitCode };
}

/** Kills a preparation after `ms`, checks what it leaves, resumes it and checks that it is complete. Returns the chunks it had. */
export async function killAndResume(
  folder: string,
  save: string,
  whole: string,
  ms: number,
): Promise<number> {
  const out = join(folder, `killed-${save}`);
  rmSync(out, { recursive: true, force: true });
  const file = join(out, 'S.ptyd');
  const args = prepareArguments(join(folder, 'scan.yaml'), save, out);
  const { chunks: acknowledged } = await killedAfter(args, ms);
  if (acknowledged.length > 0) {
    const [left, expected] = contents([file, whole]);
    for (const chunk of acknowledged) {
      const names = Object.keys(expected).filter((name) => name.startsWith(`chunks/${chunk}/`));
      expect(names.length).toBeGreaterThanOrEqual(3);
      for (const name of names) expect(left[name], `${name} after ${ms} ms`).toEqual(expected[name]);
    }
  }
  const { status, stderr } = ptyflow([...args, '--resume']);
  expect(status, stderr).toBe(0);
  const [resumed, expected] = contents([file, whole]);
  expect(resumed, `killed after ${ms} ms with ${acknowledged.length} chunks`).toEqual(expected);
  // Nothing but the files of a preparation that was not interrupted.
  expect(readdirSync(out).sort()).toEqual(readdirSync(join(whole, '..')).sort());
  expect(existsSync(`${file}.old`)).toBe(false);
  return acknowledged.length;
}
