// Takes the pictures of the page that the documents show: `npm run screenshots`. Needs Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..');
const COMMAND = join(ROOT, 'dist/cli/main.js');
const PICTURES = join(ROOT, 'docs/images/page');
const CHROMIUM = process.env.PTYFLOW_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-screenshots-'));
const started = [];

/** Starts a command that serves a page; resolves with the address, and what it says from then on. */
function serve(...args) {
  const child = spawn('node', [COMMAND, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(child);
  const lines = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      const url = /^page: (.*)$/.exec(line)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
    child.once('exit', () => reject(new Error(lines.join('\n'))));
  });
}

async function main() {
  mkdirSync(PICTURES, { recursive: true });
  cpSync(join(ROOT, 'examples/siemens-star'), folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const open = async (url, options = {}) => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    await page.goto(url);
    return page;
  };
  const shoot = async (page, tab, name = tab.toLowerCase(), prepare = () => undefined) => {
    await page.getByRole('tab', { name: tab }).click();
    await page.evaluate(() => document.fonts.ready);
    await prepare(page);
    // Pictures of a tab are asked for when it is opened.
    await page.waitForTimeout(2000);
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    console.log(`saved docs/images/page/${name}.png`);
  };
  try {
    // A run that goes on, paused where the star can be seen.
    const run = await serve('run', 'siemens-star.yaml', '-o', 'out', '--serve', '0', '--control');
    const live = await open(run.url);
    await live.locator('.status', { hasText: /iteration 1[2-9] of 20/ }).waitFor({ timeout: 600_000 });
    await live.getByRole('button', { name: 'Pause' }).click();
    await live.locator('.status', { hasText: 'paused' }).waitFor();
    for (const tab of ['Overview', 'Object', 'Probe', 'Frames', 'Errors', 'Log']) await shoot(live, tab);
    await shoot(live, 'Parameters', 'parameters', () => live.getByRole('searchbox').fill('iteration'));
    const dark = await open(run.url, { colorScheme: 'dark' });
    await shoot(dark, 'Overview', 'overview-dark');
    const phone = await open(run.url, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
    await shoot(phone, 'Overview', 'overview-phone');
    await live.getByRole('button', { name: 'Resume' }).click();
    await once(run.child, 'exit');

    const results = await serve('view', 'out');
    const looking = await open(results.url);
    await shoot(looking, 'Object', 'compare', async () => {
      const chooseFor = async (choose, part) => {
        const option = choose.locator('option', { hasText: part }).first();
        await choose.selectOption({ label: await option.textContent() });
      };
      await chooseFor(looking.getByRole('combobox').first(), '_ML_');
      await chooseFor(looking.getByRole('combobox', { name: 'Compare with' }), '_DM_');
      await looking.getByRole('img', { name: 'Fourier ring correlation' }).waitFor();
    });

    const raw = await serve('view', 'siemens-star.h5');
    await shoot(await open(raw.url), 'Files', 'files', async (page) => {
      for (const name of ['entry', 'data']) {
        await page.getByRole('treeitem', { name, exact: true }).first().click();
      }
      await page.getByRole('treeitem', { name: 'data', exact: true }).nth(1).click();
      await page.locator('.files canvas').first().waitFor();
    });

    const scan = await serve('view', 'siemens-star.yaml', '--control');
    await shoot(await open(scan.url), 'Prepare', 'prepare', async (page) => {
      await page.getByText(/^From \d+ raw frames/).waitFor({ timeout: 60_000 });
      const picture = page.locator('.heatmap canvas[role=img]').first();
      const { x, y, width, height } = await picture.boundingBox();
      await page.getByRole('button', { name: 'Rectangle' }).click();
      await page.mouse.move(x + 0.1 * width, y + 0.7 * height);
      await page.mouse.down();
      await page.mouse.move(x + 0.3 * width, y + 0.8 * height, { steps: 4 });
      await page.mouse.up();
    });
  } finally {
    await browser.close();
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
