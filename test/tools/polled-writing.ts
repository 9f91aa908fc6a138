/** A writer and an h5py reader that polls its file, both real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { peer } from './peer.ts';
import { program } from './program.ts';

/** More frames than that are written in any case. */
const LEAST = 30;

const TOOLS = import.meta.dirname;

export interface Polled {
  /** Frames handed out by the writer. */
  readonly written: number;
  /** What the reader met: looks at the file, those before it was there, frames read, other errors. */
  readonly reader: {
    readonly polls: number;
    readonly absent: number;
    readonly frames: number;
    readonly errors: readonly string[];
    readonly count: number;
  };
}

/** Writes with `save` until `seconds` are over, the reader has looked 30 times and the writer has written so many frames; `numFrames`: whether their number is said beforehand. */
export async function pollWhileWriting(
  folder: string,
  save: string,
  numFrames: 'known' | 'unknown',
  seconds: number,
): Promise<Polled> {
  const file = join(folder, `${save}-${numFrames}.ptyd`);
  const stop = `${file}-stop`;
  const reader = spawn(peer('h5py'), [join(TOOLS, 'poll_reader.py'), file, stop], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: reader.stdout }).on('line', (line) => lines.push(line));
  const writer = spawn(
    process.execPath,
    [
      await program(join(TOOLS, 'endless-writer.ts')),
      file,
      save,
      // More than there is time for.
      save === 'link' ? '1000000' : '1500',
      numFrames,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let written = 0;
  let since: number | undefined;
  createInterface({ input: writer.stdout }).on('line', (line) => {
    written = Number(line);
    since ??= performance.now();
    const isLong = performance.now() - since > 1000 * seconds;
    if (isLong && written > LEAST && lines.includes('polled')) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  writeFileSync(stop, '');
  await once(reader, 'close');
  return { written, reader: JSON.parse(lines[lines.length - 1]) as Polled['reader'] };
}
