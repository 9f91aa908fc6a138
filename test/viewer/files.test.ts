/** The Files tab: HDF5 files of h5py in the built page, under its real headers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { interpolateViridis } from 'd3-scale-chromatic';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { launchChromium, seriousViolations } from '../tools/browser.ts';
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

it.skipIf(!has('Chromium'))(
  'shows any HDF5 file below a prefix, without a complaint of the browser',
  async () => {
    const image = h5py(PLAIN, join(folder, 'plain.h5')) as number[];
    const { url } = await serve('view', join(folder, 'plain.h5'), '--port', '0', '--prefix', '/user/me/');
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))",
    );
    await page.goto(url.href);

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
    expect(complaints).toEqual([]);
  },
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
