/** A run with its page, as the command line starts it and a viewer sees it. */
import { once } from 'node:events';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { toNumbers } from 'ptyflow';
import { readPtyr } from 'ptyflow/files';
import { describe, expect, it, onTestFinished } from 'vitest';
import { longTest, sampled } from '../tools/sampled.ts';
import type { ControlRequest, RunState } from '../../src/server/protocol/messages.ts';
import { Detector, experiment, FRAMES, GEOMETRY, positionOf, SHAPE, SOCKET_SCAN } from '../tools/detector.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
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
    // Frames come before.
    const [object] = await page.until(() => {
      const last = page.told.findLast((message) => message.kind === 'description');
      return last !== undefined && last.description.objects.length > 0 && last.description.objects;
    });
    page.say({
      kind: 'want',
      wants: [
        { id: 1, source: 'run', what: 'object', name: object.id, layer: 0, screen: null },
        { id: 2, source: 'run', what: 'frame', name: 'S', index: 3 },
      ],
    });
    await page.until(() => page.pictures.find(({ index }) => index === 3));

    const numiter = (): string | undefined => {
      const told = page.told.findLast((message) => message.kind === 'parameters');
      return told?.parameters.groups
        .flatMap(({ rows }) => rows)
        .find(({ name }) => name === 'engines.e.numiter')?.value;
    };
    page.say({ kind: 'parameters', source: 'run' });
    await page.until(() => numiter() === '100000');
    expect(await ask(page, { do: 'pause' })).toMatch(/^paused after iteration \d+ of e$/);
    await page.until(() => lastState(page)?.status === 'paused');
    expect(await ask(page, { do: 'change', changes: { e: { numiter: 99_000 } } })).toBe(
      'changed engines.e.numiter = 99000',
    );
    await page.until(() => numiter() === '99000');
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
    expect((await readPtyr(resolve(folder, savedIn(more.stderr)))).remarks).toEqual(remarks);
  });

  longTest('ends as without, whoever looks, and tells them its end', async () => {
    const { file } = config(30);
    const { child, url } = await serve('run', file, '--serve', '0', '--ranks', '2');
    const page = new TestPage(url);
    const exit = once(child, 'exit');
    await page.until(() => lastState(page)?.status === 'ended');
    expect(lastState(page)).toMatchObject({ engine: 'EPIE', iteration: 30, numiter: 30, iterations: 30 });
    expect(await exit).toEqual([0, null]);
  });

  it('stays open when the run has ended, if that is asked for, until Ctrl-C', async () => {
    const { file } = config(3);
    const args = ['run', file, '--serve', '0', '--keep-serving', '--ranks', '1'];
    const { child, url, lines } = await serve(...args);
    const exit = once(child, 'exit');
    const early = new TestPage(url);
    await early.until(() => lastState(early)?.status === 'ended');
    // Who comes later sees the result, too.
    const page = new TestPage(url);
    await page.until(() => lastState(page)?.status === 'ended');
    const { description } = await page.hears('description');
    const [{ id: name }] = description.objects;
    page.say({
      kind: 'want',
      wants: [{ id: 1, source: 'run', what: 'object', name, layer: 0, screen: null }],
    });
    const { values } = await page.until(() => page.pictures.at(0));
    expect([...values]).toEqual([...(await readPtyr(savedIn(lines.join('\n')))).objects[name].data.data]);
    expect(lines.join('\n')).toMatch(/the run has ended; its page stays open until Ctrl-C: http/);
    const closed = once(page.socket, 'close');
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(1001);
    expect(await exit).toEqual([0, null]);
  });

  it('is refused for a port that is taken, before anything starts', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { status, stderr } = ptyflow(['run', config().file, '--serve', String(port)]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${port} is taken by another program`)]);
    for (const option of ['--control', '--open', '--keep-serving']) {
      expect(ptyflow(['run', config().file, option])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(`${option}: is for a page`) as string,
      });
    }
  });
});

/** A configuration of frames that a detector sends. */
async function followed(name: string): Promise<{ detector: Detector; file: string }> {
  const detector = new Detector();
  const home = join(folder, name);
  const file = `${home}.json`;
  const data = { name: 'SocketScan', ...GEOMETRY, port: await detector.listen(), save: 'append' };
  const scan = {
    data: { ...data, dfile: `${home}.ptyd` },
    illumination: { aperture: { form: 'circ', size: 3e-6 } },
  };
  const engines = { e: { name: 'EPIE', numiter: 3 } };
  const tree = { scans: { S: scan }, engines, io: { home, pictures: false }, min_frames_for_recon: FRAMES };
  writeFileSync(file, JSON.stringify(tree));
  onTestFinished(() => {
    detector.server.close();
  });
  return { detector, file };
}

describe('frames that come in', () => {
  it.each(
    sampled<[string, string]>(1, [
      ['run', '1'],
      ['prepare', '1'],
    ]),
  )('are seen with %s before anything is reconstructed', async (command, ranks) => {
    const { detector, file } = await followed(command);
    const connected = detector.connected();
    const args = [command, file, '--follow', '--scan-module', SOCKET_SCAN, '--ranks', ranks, '--serve', '0'];
    const { child, url } = await serve(...args);
    const exit = once(child, 'exit');
    const page = new TestPage(url);
    await page.hears('welcome');
    page.say({
      kind: 'want',
      wants: [
        { id: 1, source: 'run', what: 'frame', name: 'S', index: null },
        { id: 2, source: 'run', what: 'positions', name: 'S' },
      ],
    });
    await connected;
    const counts = (point: number): number[] => Array.from(toNumbers(experiment.frame(point)), Math.fround);
    const shows = async (point: number): Promise<void> => {
      const { rows, values } = await page.until(() => page.pictures.find(({ index }) => index === point));
      expect(rows).toBe(SHAPE);
      const size = SHAPE ** 2;
      expect([...values.subarray(0, size)]).toEqual(counts(point));
      expect(values.subarray(size, 2 * size).every(Number.isNaN)).toBe(true);
      expect(values.subarray(2 * size).every((value) => value === 1)).toBe(true);
    };
    for (const point of [3, 1]) {
      detector.frame(point);
      await shows(point);
    }
    const map = await page.until(() => page.pictures.find(({ cols, rows }) => cols === 5 && rows === 2));
    for (const [row, point] of [3, 1].entries()) {
      const [y, x] = positionOf(point);
      expect([...map.values.subarray(5 * row, 5 * row + 3)]).toEqual([point, y, x].map(Math.fround));
    }
    // One that is not the newest, by its index.
    page.pictures.splice(0);
    page.say({ kind: 'want', wants: [{ id: 3, source: 'run', what: 'frame', name: 'S', index: 3 }] });
    await shows(3);
    const { description } = page.told.findLast((message) => message.kind === 'description') ?? {};
    expect(description?.scans).toEqual([
      {
        label: 'S',
        indices: [1, 3],
        shape: [SHAPE, SHAPE],
        center: [SHAPE / 2, SHAPE / 2],
        probeId: null,
        objectId: null,
        hasModel: false,
      },
    ]);
    expect(lastState(page)).toMatchObject({ iterations: 0, scans: [{ label: 'S', frames: 2 }] });
    for (let point = 0; point < FRAMES; point++) if (point !== 1 && point !== 3) detector.frame(point);
    detector.say({ what: 'end' });
    await page.until(() => lastState(page)?.status === 'ended');
    expect(page.told.filter((message) => message.kind === 'trouble')).toEqual([]);
    expect(await exit).toEqual([0, null]);
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

  it('that come, change and go in a folder do so in the page', async () => {
    const served = join(folder, 'served');
    mkdirSync(join(served, 'empty'), { recursive: true });
    const { file } = config(2);
    const more = ['--set', 'engines.f={name: EPIE, numiter: 1}', '--set', 'io.rfile=%(iterations)d.ptyr'];
    expect(ptyflow(['run', file, '--ranks', '1', '-o', join(folder, 'made'), ...more])).toMatchObject({
      status: 0,
    });
    const [two, three] = [2, 3].map((iterations) => join(folder, 'made', `${iterations}.ptyr`));
    const { url } = await serve('view', served, '--port', '0');
    const page = new TestPage(url);
    expect((await page.hears('welcome')).sources).toEqual([]);
    const names = (): string[] | undefined =>
      page.told.findLast((message) => message.kind === 'sources')?.sources.map(({ name }) => name);

    // As programs write: beside, and renamed.
    const put = (from: string, name: string): void => {
      cpSync(from, join(served, 'new.tmp'));
      renameSync(join(served, 'new.tmp'), join(served, name));
    };
    mkdirSync(join(served, 'empty', 'deep'));
    put(two, 'empty/deep/result.ptyr');
    await page.until(() => names()?.join() === 'empty/deep/result.ptyr');
    const source = 'file:empty/deep/result.ptyr';
    page.say({ kind: 'open', source });
    const { description } = await page.hears('description');
    const [{ id: name }] = description.objects;
    const shown = async (file: string): Promise<void> => {
      const { data } = (await readPtyr(file)).objects[name].data;
      await page.until(() =>
        page.pictures.some(({ values }) => values.every((value, i) => value === data[i])),
      );
    };
    const want = (): void => {
      page.say({
        kind: 'want',
        wants: [{ id: 1, source, what: 'object', name, layer: 0, screen: null }],
      });
    };
    want();
    await shown(two);

    // Of another state: who looks at it asks again, as after any news of sources.
    put(three, 'empty/deep/result.ptyr');
    await page.until(() => page.told.filter((message) => message.kind === 'sources').length === 2);
    page.say({ kind: 'open', source });
    want();
    await shown(three);
    await page.until(() =>
      page.told.some((message) => message.kind === 'history' && message.entries.length === 3),
    );

    // The same run, changed in its place.
    h5py(
      `
with h5py.File(argument[0], 'a') as f: f['content/obj/' + argument[1] + '/data'][...] = 7`,
      [join(served, 'empty', 'deep', 'result.ptyr'), name],
    );
    await page.until(() => page.pictures.some(({ values }) => values[0] === 7 && values.at(-2) === 7));

    rmSync(join(served, 'empty', 'deep', 'result.ptyr'));
    await page.until(() => names()?.length === 0);
    expect(page.told.filter(({ kind }) => kind === 'trouble' || kind === 'unreadable')).toEqual([]);
  });

  it('that are not there are an error', () => {
    const { status, stderr } = ptyflow(['view', 'nothing.ptyr'], folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining('nothing.ptyr does not exist')]);
  });
});
