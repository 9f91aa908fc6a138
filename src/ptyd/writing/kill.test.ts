/** A writer killed for real, at no particular moment. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h5py, temporaryFolder } from '../../../test/tools/h5py.ts';
import { program } from '../../../test/tools/program.ts';
import { PtydScan } from '../../loaders/ptyd/loader.ts';
import { PtydReader } from '../reading/reader.ts';

const folder = temporaryFolder();
const WRITER = join(import.meta.dirname, '../../../test/tools/endless-writer.ts');

/** Runs the writer, kills it when it has handed out some frames, and returns how many it said it had. */
async function killed(file: string, save: string, after: number): Promise<number> {
  const child = spawn(process.execPath, [await program(WRITER), file, save], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.split('\n').length > after) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) =>
    child.on('close', (_, s) => {
      resolve(s);
    }),
  );
  expect(signal).toBe('SIGKILL');
  return Number(said.trim().split('\n').at(-1));
}

describe.each(['append', 'link', 'merge'])('a writer with save: %s', (save) => {
  it('leaves every chunk that it had handed out, for h5py and for us', async () => {
    const file = join(folder, `${save}.ptyd`);
    const acknowledged = await killed(file, save, 1 + Math.floor(Math.random() * 40));
    expect(acknowledged).toBeGreaterThanOrEqual(3);
    const pixels = h5py(
      `
c = h5py.File(argument, 'r')['chunks']
result = [int(d[0, 0]) for k in sorted((k for k in c.keys() if c.get(k) is not None), key=int) for d in c[k]['data'][:]]`,
      file,
    ) as number[];
    expect(pixels.length).toBeGreaterThanOrEqual(acknowledged);
    expect(pixels).toEqual(Array.from({ length: pixels.length }, (_, n) => 1 + 10000 * n));
    const reader = new PtydReader(file);
    await reader.refresh();
    expect(reader.frames).toBe(pixels.length);
    const scan = new PtydScan({ dfile: file });
    await scan.initialize();
    expect(scan.numFrames).toBe(4000);
  });
});
