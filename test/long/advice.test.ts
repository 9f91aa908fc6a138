/** The examples are good scans: nothing is said of them, from the first frame to the last iteration. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Advisor } from '../../src/run/advice/advisor.ts';
import type { IterationRecord } from '../../src/ptyr/result.ts';
import { startRun } from '../../src/run/run.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { ROOT } from '../tools/ptyflow.ts';

const folder = temporaryFolder();

it.each([
  ['moonflower', 'moonflower.yaml'],
  ['moonflower', 'positions.yaml'],
  ['several-scans', 'several-scans.yaml'],
  ['siemens-star', 'siemens-star.yaml'],
])('nothing is wrong with examples/%s/%s', async (example, name) => {
  const file = join(ROOT, 'examples', example, name);
  const run = await startRun({ file }, { output: join(folder, example), set: ['io.pictures=false'] });
  const advisor = new Advisor();
  const history: IterationRecord[] = [];
  const said = new Set<string>();
  run.on((event) => {
    advisor.hear(event, 0);
    if (event.event === 'iteration') {
      const { engine, iteration, errors } = event;
      const iterations = history.length + 1;
      history.push({ engine, iteration, errors, iterations, numiter: 0, seconds: 0 });
    }
    for (const line of advisor.lines(history, 0, 9)) said.add(line);
  });
  const seeing = (async () => {
    for (let prepared = await run.prepared(); prepared !== undefined; prepared = await run.prepared()) {
      advisor.see(prepared);
    }
  })();
  await run.ended;
  await seeing.catch(() => undefined);
  for (const line of advisor.lines(history, 0, 9)) said.add(line);
  expect([...said]).toEqual([]);
  expect(history.length).toBeGreaterThan(5);
});
