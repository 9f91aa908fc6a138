/** A run with its page, as the command line starts it and a viewer sees it. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPtyr } from 'ptyflow/files';
import { describe, expect, it } from 'vitest';
import type { ControlRequest, RunState } from '../../src/server/protocol/messages.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';
import { TestPage } from '../tools/test-page.ts';

const folder = temporaryFolder();
let runs = 0;

/** A folder with the configuration of a run that goes on until it is stopped. */
function config(numiter = 100_000): { file: string } {
  const home = join(folder, `run-${runs++}`);
  const file = `${home}.json`;
  const scan = {
    data: { name: 'MoonFlowerScan', num_frames: 30, shape: 128 },
    illumination: { aperture: { form: 'circ', size: 3e-6 } },
  };
  const engines = { e: { name: 'EPIE', numiter } };
  writeFileSync(
    file,
    JSON.stringify({ run: 'moon', scans: { S: scan }, engines, io: { home, pictures: false } }),
  );
  return { file };
}

/** The last file that a command says it saved. */
function savedIn(text: string): string {
  return [...text.matchAll(/saved (\S*\.ptyr)/g)].at(-1)?.[1] ?? '';
}

let asked = 0;

async function ask(page: TestPage, request: ControlRequest): Promise<string> {
  const id = asked++;
  page.say({ kind: 'ask', id, request });
  const answer = await page.until(() =>
    page.told.find((one) => (one.kind === 'answer' || one.kind === 'refusal') && one.id === id),
  );
  return 'message' in answer ? answer.message : '';
}

function lastState(page: TestPage): RunState | undefined {
  return page.told.findLast((message) => message.kind === 'state')?.state;
}

describe('a run with a page', () => {
  it('is looked at, paused, changed, saved, resumed and stopped by viewers, which its files remember', async () => {
    const { file } = config();
    const { child, url, cookie, lines } = await serve(
      ...['run', file, '--serve', '0', '--control', '--ranks', '1'],
    );
    const page = new TestPage(url, cookie);
    expect(await page.hears('welcome')).toMatchObject({ canControl: true, sources: [{ name: 'moon' }] });
    const { description } = await page.hears('description');
    const [object] = description.objects;
    page.say({
      kind: 'want',
      wants: [
        { id: 1, source: 'run', what: 'object', name: object.id, layer: 0, screen: null },
        { id: 2, source: 'run', what: 'frame', name: 'S', index: 3 },
      ],
    });
    await page.until(() => page.pictures.find(({ index }) => index === 3));

    expect(await ask(page, { do: 'pause' })).toMatch(/^paused after iteration \d+ of e$/);
    await page.until(() => lastState(page)?.status === 'paused');
    expect(await ask(page, { do: 'change', changes: { e: { numiter: 99_000 } } })).toBe(
      'changed engines.e.numiter = 99000',
    );
    expect(await ask(page, { do: 'change', changes: { e: { numiter: 'many' } } })).toContain('numiter');
    const saved = /^saved (.*)$/.exec(await ask(page, { do: 'save' }))?.[1] ?? '';

    // Paused, the picture that is shown is that of the file.
    const stored = (await readPtyr(saved)).objects[object.id].data;
    const shown = await page.until(() => {
      const last = page.pictures.findLast(({ planes, rows }) => planes === 1 && rows === object.rows);
      return last !== undefined && [...last.values].every((value, i) => value === stored.data[i]) && last;
    });
    expect(shown.psizeM[0]).toBeCloseTo(object.psizeM[0], 12);

    expect(await ask(page, { do: 'resume' })).toMatch(/^resumed/);
    await page.until(() => lastState(page)?.status === 'running' && lastState(page)?.numiter === 99_000);
    expect(await ask(page, { do: 'stop' })).toBe('stopping after this iteration');
    const [status] = (await once(child, 'close')) as [number];
    expect(status).toBe(130);
    await page.until(() => lastState(page)?.status === 'stopped');
    const last = savedIn(lines.join('\n'));
    const { remarks, history } = await readPtyr(last);
    expect(remarks.map(({ by }) => by)).toEqual(Array.from({ length: 5 }, () => 'viewer 1 at 127.0.0.1'));
    expect(remarks.map(({ what }) => what.split(' ')[0])).toEqual([
      'paused',
      'changed',
      'saved',
      'resumed',
      'stopped',
    ]);

    // Resumed, the run remembers.
    const more = ptyflow(
      ['reconstruct', '--resume', last, '--set', `engines.e.numiter=${history.length + 1}`],
      folder,
    );
    expect(more.status).toBe(0);
    expect((await readPtyr(savedIn(more.stderr))).remarks).toEqual(remarks);
  });

  it('ends as without, whoever looks, and tells them its end', async () => {
    const { file } = config(30);
    const { child, url } = await serve('run', file, '--serve', '0', '--ranks', '2');
    const page = new TestPage(url);
    const exit = once(child, 'exit');
    await page.until(() => lastState(page)?.status === 'ended');
    expect(lastState(page)).toMatchObject({ engine: 'EPIE', iteration: 30, numiter: 30, iterations: 30 });
    expect(await exit).toEqual([0, null]);
  });

  it('is refused for a port that is taken, before anything starts', async () => {
    const { url } = await serve('run', config().file, '--serve', '0');
    const { status, stderr } = ptyflow(['run', config().file, '--serve', url.port]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${url.port} is taken by another program`)]);
    for (const option of ['--control', '--open']) {
      expect(ptyflow(['run', config().file, option])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`${option}: is for a page`) as string,
      });
    }
  });
});

describe('files with a page', () => {
  it('are looked at until Ctrl-C', async () => {
    const file = join(folder, 'small.ptyd');
    expect(ptyflow(['simulate', file, '--frames', '5', '--shape', '16']).status).toBe(0);
    const { child, url } = await serve('view', file, '--port', '0');
    const page = new TestPage(url);
    const { sources } = await page.hears('welcome');
    expect(sources).toEqual([{ id: 'file:small.ptyd', name: 'small.ptyd', kind: 'ptyd' }]);
    page.say({ kind: 'open', source: sources[0].id });
    const { description } = await page.hears('description');
    expect(description.scans).toMatchObject([{ indices: [0, 1, 2, 3, 4], shape: [16, 16] }]);
    const [{ label }] = description.scans;
    page.say({
      kind: 'want',
      wants: [{ id: 1, source: sources[0].id, what: 'frame', name: label, index: 2 }],
    });
    expect(await page.until(() => page.pictures.at(0))).toMatchObject({ planes: 3, rows: 16, index: 2 });
    const closed = once(page.socket, 'close');
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(1001);
    expect(await exit).toEqual([0, null]);
  });

  it('that are not there are an error', () => {
    const { status, stderr } = ptyflow(['view', 'nothing.ptyr'], folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining('nothing.ptyr does not exist')]);
  });
});
