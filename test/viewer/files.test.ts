/** The tabs Files and Parameters: files of h5py and ptypy in the built page, under its real headers. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { interpolateViridis } from 'd3-scale-chromatic';
import { decode } from 'fast-png';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { longTest } from '../tools/sampled.ts';
import { complaintsOf, launchChromium, seriousViolations } from '../tools/browser.ts';
import { goldenPath } from '../tools/golden.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { has } from '../tools/peer.ts';
import { ROOT } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';

const PLAIN = `
with h5py.File(argument, 'w') as f:
    f.attrs['title'] = 'written by h5py'
    g = f.create_group('entry')
    g['image'] = np.arange(24, dtype='f4').reshape(4, 6) ** 2
    g['image'].attrs['units'] = 'counts'
    g['numbers'] = np.array([[3.25, -1.5], [42, 0.125]])
    g['text'] = 'a word'
    g.create_dataset('huge', (20000, 20000), 'f4')
    f['outside'] = h5py.ExternalLink('/absent/elsewhere.h5', '/x')
    result = [float(x) for x in g['image'][:].ravel()]
`;

const folder = temporaryFolder();

/** What axe finds in H5Web: known, and nothing else. */
const KNOWN = ['aria-allowed-attr', 'aria-required-parent'];

it('is 250 kB to begin with, and 700 kB with the browser of files', () => {
  const folder = join(ROOT, 'dist', 'viewer');
  const size = (name: string): number => gzipSync(readFileSync(join(folder, name))).length;
  const first = /(?:src|href)="\.\/(assets\/[^"]+)"/g;
  const names = [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(first)].map(([, name]) => name);
  const all = readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`);
  const total = (of: readonly string[]): number => of.reduce((sum, name) => sum + size(name), 0) / 1000;
  expect(names.length).toBeGreaterThan(1);
  expect(total(names)).toBeLessThan(250);
  expect(total(all)).toBeLessThan(700);
});

let browser: Browser | undefined;

beforeAll(async () => {
  if (inject('isLong') && has('Chromium')) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** The page of these files, and errors in its console: blocked scripts, styles and requests among them. */
async function open(...files: readonly string[]): Promise<{ page: Page; complaints: readonly string[] }> {
  const { url } = await serve('view', ...files, '--port', '0', '--prefix', '/user/me/');
  const context = await browser?.newContext({
    viewport: { width: 1366, height: 768 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  if (context === undefined) throw new Error('there is no browser');
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))",
  );
  await page.goto(url.href);
  return { page, complaints };
}

longTest(
  'any HDF5 file is browsed, below a prefix and without a complaint',
  async () => {
    const image = h5py(PLAIN, join(folder, 'plain.h5')) as number[];
    const { page, complaints } = await open(join(folder, 'plain.h5'));

    // Files is where it opens, and the only tab.
    await page.getByRole('tab', { selected: true, name: 'Files' }).waitFor();
    await item(page, 'entry').click();
    await item(page, 'image').click();
    const shades = image.map((value) => interpolateViridis(value / image[23]));
    await expect.poll(() => farthest(page, shades), { timeout: 20_000 }).toBeLessThan(4);
    expect((await seriousViolations(page, { include: ['.files'] })).map(idOf)).toEqual(KNOWN);
    expect(await seriousViolations(page, { exclude: ['.files'] })).toEqual([]);

    await page.getByRole('tab', { name: 'Inspect' }).click();
    await page.getByText('counts').waitFor();
    await item(page, 'outside').click();
    await page.getByRole('cell', { name: '/absent/elsewhere.h5:/x' }).waitFor();
    await page.getByRole('tab', { name: 'Display' }).click();
    await item(page, 'text').click();
    await page.getByText('a word').waitFor();
    await item(page, 'numbers').click();
    await page.getByRole('tab', { name: 'Matrix' }).click();
    const cells = page.getByRole('gridcell');
    await cells.nth(3).waitFor();
    const shown = (await cells.allTextContents()).map((text) => Number(text.replace('−', '-')));
    expect(shown).toEqual([3.25, -1.5, 42, 0.125]);
    await item(page, 'huge').click();
    const refusal = 'Beside it in the list there is “huge, 1 pixel of 5”';
    await page.getByText(refusal).waitFor();

    // Another program adds something.
    h5py("with h5py.File(argument, 'a') as f: f['entry/later'] = 1", join(folder, 'plain.h5'));
    await page.getByRole('status').filter({ hasText: 'The file has changed' }).waitFor();
    await page.getByRole('button', { name: 'Read it again' }).click();
    await item(page, 'entry').click();
    await item(page, 'later').waitFor();
    expect(complaints.filter((text) => !text.includes(refusal))).toEqual([]);
  },
  it.skipIf(!has('Chromium')),
);

longTest(
  'a reconstruction of ptypy has its objects and its parameters',
  async () => {
    const file = join(folder, 'moon_DM.ptyr');
    cpSync(goldenPath('files/moon_DM.ptyr'), file);
    const { page, complaints } = await open(file);
    await page.getByRole('tab', { name: 'Files' }).click();
    for (const name of ['content', 'probe', 'SMFG00', 'data']) await item(page, name).click();
    await page.getByRole('img').or(page.locator('.files canvas')).first().waitFor();

    await page.getByRole('tab', { name: 'Parameters' }).click();
    const row = (name: string): ReturnType<Page['getByRole']> =>
      page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
    await row('numiter').first().waitFor();
    const all = await page.getByRole('row').count();
    await page.keyboard.press('/');
    await page.keyboard.type('number of iterations');
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(all / 5);
    await page.getByRole('searchbox').clear();
    await page.getByRole('checkbox').check();
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(all);
    expect(await row('numiter').first().textContent()).toContain('differs');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Copy what differs' }).click();
    await page.getByText('lines copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^engines:\n(.*\n)* +numiter: \d+/m,
    );
    expect(complaints).toEqual([]);
  },
  it.skipIf(!has('Chromium')),
);

function item(page: Page, name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('treeitem', { name, exact: true });
}

function idOf(violation: string): string {
  return /^\w+ ([\w-]+):/.exec(violation)?.[1] ?? violation;
}

/** How far a shade on the screen is from the one its pixel of the image (4, 6) should have, row 0 at the top; the largest of all. */
async function farthest(page: Page, shades: readonly string[]): Promise<number> {
  const box = await page.locator('.files canvas').first().boundingBox();
  if (box === null) return Infinity;
  const { width, channels, data } = decode(await page.screenshot());
  const cell = Math.min(box.width / 6, box.height / 4);
  const distances = shades.flatMap((shade, i) => {
    const x = Math.round(box.x + box.width / 2 + ((i % 6) - 2.5) * cell);
    const y = Math.round(box.y + box.height / 2 + (Math.floor(i / 6) - 1.5) * cell);
    const at = channels * (y * width + x);
    return [0, 1, 2].map((c) => Math.abs(data[at + c] - parseInt(shade.slice(1 + 2 * c, 3 + 2 * c), 16)));
  });
  return Math.max(...distances);
}
