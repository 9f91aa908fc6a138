/** What a page may do to a scan that is to be prepared, without a browser: whoever sends messages. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Preparation, PreparationRequest } from '../../src/server/protocol/messages.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';
import { TestPage } from '../tools/test-page.ts';

const home = temporaryFolder();
let folders = 0;

const CONFIG = `scans:
  S:
    data: { name: MoonFlowerScan, num_frames: 12, shape: 32 } # made
engines: { e: { name: DM, numiter: 1 } }
`;

async function opened(...args: string[]): Promise<{ folder: string; page: TestPage; source: string }> {
  const folder = join(home, String(folders++));
  mkdirSync(folder);
  writeFileSync(join(folder, 'run.yaml'), CONFIG);
  const { url, cookie } = await serve('view', join(folder, 'run.yaml'), '--port', '0', ...args);
  const page = new TestPage(url, cookie);
  const { sources } = await page.hears('welcome');
  page.say({ kind: 'open', source: sources[0].id });
  await page.until(() => preparationOf(page)?.status === 'ready');
  return { folder, page, source: sources[0].id };
}

function preparationOf(page: TestPage): Preparation | undefined {
  return page.told.findLast((one) => one.kind === 'description')?.description.preparation;
}

let asked = 0;

async function ask(
  page: TestPage,
  request: PreparationRequest,
): Promise<readonly [kind: string, message: string]> {
  const id = ++asked;
  page.say({ kind: 'ask', id, request });
  const answer = await page.until(() =>
    page.told.find((one) => (one.kind === 'answer' || one.kind === 'refusal') && one.id === id),
  );
  return 'message' in answer ? [answer.kind, answer.message] : ['', ''];
}

const SQUARE = { do: 'rectangle', from: [2, 3], to: [3, 4], masks: true } as const;

describe('a scan before it is prepared', () => {
  it('is only looked at without --control: nothing is written', async () => {
    const { folder, page, source } = await opened();
    expect(page.told.find((one) => one.kind === 'welcome')).toMatchObject({ canControl: false });
    const edit = { do: 'edit mask', source, from: 0, edits: [SQUARE] } as const;
    const refused = ['refusal', expect.stringContaining('--control')];
    expect(await ask(page, edit)).toEqual(refused);
    for (const into of ['mask', 'new', 'given'] as const) {
      const save = { do: 'save preparation', source, masked: 4, values: { center: [1, 2] }, into } as const;
      expect(await ask(page, save)).toEqual(refused);
    }
    expect(await ask(page, { do: 'stop reading', source })).toEqual(refused);
    expect(readdirSync(folder)).toEqual(['run.yaml']);
    expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe(CONFIG);
  });

  it('is saved under new names, into the given configuration when that is asked for, and not over what others changed', async () => {
    const { folder, page, source } = await opened('--control');
    writeFileSync(join(folder, 'run-S-mask.h5'), 'mine');
    writeFileSync(join(folder, 'run-prepared.yaml'), 'mine');
    const save = { do: 'save preparation', source, masked: 4, values: { center: [15, 16.5] } } as const;
    expect(await ask(page, { ...save, masked: 0, values: {}, into: 'mask' })).toEqual([
      'refusal',
      expect.stringContaining('nothing to save'),
    ]);
    await ask(page, { do: 'edit mask', source, from: 0, edits: [SQUARE] });
    expect(await ask(page, { ...save, masked: 5, into: 'new' })).toEqual([
      'refusal',
      expect.stringContaining('4 pixels, not the 5'),
    ]);
    expect(await ask(page, { ...save, into: 'new' })).toEqual([
      'answer',
      'wrote run-S-mask-2.h5 and run-prepared-2.yaml',
    ]);
    // The same mask is not written again.
    expect(await ask(page, { ...save, into: 'given' })).toEqual([
      'answer',
      'wrote run-S-mask-2.h5 and run.yaml',
    ]);
    const written = CONFIG.replace('{ name', '{ center: [15, 16.5], mask_file: run-S-mask-2.h5:mask, name');
    expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe(written);
    expect(readFileSync(join(folder, 'run-prepared-2.yaml'), 'utf8')).toBe(written);
    expect(readFileSync(join(folder, 'run-prepared.yaml'), 'utf8')).toBe('mine');
    expect(preparationOf(page)?.saved).toEqual({ mask: 'run-S-mask-2.h5', config: 'run.yaml' });

    // What is sent from an edit on takes the place of those after it.
    await ask(page, { do: 'edit mask', source, from: 0, edits: [{ ...SQUARE, to: [2, 3] }] });
    expect(await ask(page, { ...save, masked: 1, into: 'mask' })).toEqual([
      'answer',
      'wrote run-S-mask-3.h5',
    ]);
    const masks = h5py(
      "result = [int((h5py.File(argument + name)['mask'][:] == 0).sum()) for name in ['/run-S-mask-2.h5', '/run-S-mask-3.h5']]",
      folder,
    );
    expect(masks).toEqual([4, 1]);

    writeFileSync(join(folder, 'run.yaml'), `# by hand\n${CONFIG}`);
    for (const into of ['mask', 'new', 'given'] as const) {
      expect(await ask(page, { ...save, masked: 1, into })).toEqual([
        'refusal',
        expect.stringContaining('run.yaml was changed'),
      ]);
    }
    expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe(`# by hand\n${CONFIG}`);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('closes on whoever sends what is no edit', async () => {
    const { page, source } = await opened('--control');
    const closed = new Promise((resolve) => page.socket.once('close', resolve));
    const edits = [{ do: 'brush', radius: 1, points: [[0, '1']], masks: true }];
    page.socket.send(
      JSON.stringify({ kind: 'ask', id: 1, request: { do: 'edit mask', source, from: 0, edits } }),
    );
    expect(await closed).toBe(1008);
  });

  it('is refused with its reasons where a run would be, before a page is served', () => {
    const file = join(home, 'wrong.yaml');
    writeFileSync(file, CONFIG.replace('num_frames', 'num_farmes'));
    const { status, stderr } = ptyflow(['view', file]);
    expect([status, stderr]).toEqual([2, expect.stringContaining('num_farmes')]);
  });
});
