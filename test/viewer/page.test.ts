/** The page as users have it: the built program, its real headers, a real browser. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../tools/h5py.ts';
import { complaintsOf, launchChromium, seriousViolations } from '../tools/browser.ts';
import { has } from '../tools/peer.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';
import { longTest, sampled } from '../tools/sampled.ts';

const folder = temporaryFolder();
const config = join(folder, 'moon.json');
let browser: Browser | undefined;

const scan = {
  data: {
    name: 'MoonFlowerScan',
    num_frames: 30,
    shape: 128,
    save: 'append',
    dfile: join(folder, 'moon.ptyd'),
  },
  illumination: { aperture: { form: 'circ', size: 3e-6 } },
};

/** A configuration whose engine does so many iterations. */
function configure(file: string, numiter: number, data: object = scan.data): string {
  const tree = {
    run: 'moon',
    scans: { S: { ...scan, data } },
    engines: { e: { name: 'EPIE', numiter } },
    io: { home: join(folder, 'home'), pictures: false },
  };
  writeFileSync(file, JSON.stringify(tree));
  return file;
}

beforeAll(async () => {
  if (!has('Chromium')) return;
  browser = await launchChromium();
  const made = ptyflow(['run', configure(config, 3)]);
  expect(made.status, made.stderr).toBe(0);
});

afterAll(async () => {
  await browser?.close();
});

interface Opened {
  readonly page: Page;
  /** Errors in the console, blocked requests and scripts among them. */
  readonly complaints: readonly string[];
}

async function open(url: URL, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const context = await browser?.newContext({ colorScheme, viewport: { width: 1366, height: 768 } });
  if (context === undefined) throw new Error('there is no browser');
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  page.on('request', (request) => {
    if (new URL(request.url()).host !== url.host && request.url().startsWith('http')) {
      complaints.push(`asks ${request.url()}`);
    }
  });
  await page.goto(url.href);
  return { page, complaints };
}

const TABS = ['overview', 'object', 'probe', 'frames', 'errors', 'parameters', 'log'];

it.skipIf(!has('Chromium')).each(sampled(1, ['light', 'dark'] as const))(
  'files open below a prefix, in %s, without a complaint and with nothing that axe finds',
  async (scheme) => {
    const { url } = await serve('view', folder, '--port', '0', '--prefix', '/user/me/');
    const { page, complaints } = await open(url, scheme);
    const chooser = page.getByRole('combobox').first();
    await chooser.locator('option').first().waitFor({ state: 'attached' });
    const names = await chooser.locator('option').allTextContents();
    expect(names.join(' ')).toMatch(/moon\.ptyd.*|.*moon_EPIE_0003\.ptyr/);
    await chooser.selectOption({ label: names.find((name) => name.includes('.ptyr')) ?? '' });
    for (const tab of TABS) {
      await page.evaluate(`location.hash = '${tab}'`);
      await page.getByRole('tab', { selected: true, name: new RegExp(tab, 'i') }).waitFor();
      if (tab === 'object' || tab === 'probe') await page.locator('canvas[role=img]').first().waitFor();
      expect(await seriousViolations(page), tab).toEqual([]);
    }
    await chooser.selectOption({ label: names.find((name) => name.includes('.ptyd')) ?? '' });
    await page.evaluate("location.hash = 'frames'");
    await page.locator('canvas[role=img]').first().waitFor();
    expect(complaints).toEqual([]);
  },
);

longTest(
  'a run is followed to its end, and the page says when the server is gone and when it is back',
  async () => {
    const long = configure(join(folder, 'long.json'), 100_000, {
      name: 'MoonFlowerScan',
      num_frames: 30,
      shape: 128,
    });
    const args = ['run', long, '--ranks', '1', '--serve'];
    const { child, url } = await serve(...args, '0');
    const { page } = await open(url);
    await page
      .getByText(/iteration \d{2,} of/)
      .first()
      .waitFor();
    await page.locator('canvas[role=img]').first().waitFor();
    await page.evaluate("location.hash = 'parameters'");
    await page.getByRole('row', { name: /^numiter Number/ }).waitFor();
    await page.evaluate("location.hash = 'files'");
    await page.getByText('This run is not a file yet').waitFor();
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await page
      .getByRole('alert')
      .filter({ hasText: /connection/i })
      .waitFor();
    await serve(...args, url.port, '--set', `io.home=${join(folder, 'second')}`);
    await page
      .getByRole('alert')
      .filter({ hasText: /connection/i })
      .waitFor({ state: 'detached' });
    await page
      .getByText(/iteration \d+ of/)
      .first()
      .waitFor();
  },
  it.skipIf(!has('Chromium')),
);
