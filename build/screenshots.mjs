// Takes the pictures of the page that the documents show: `npm run screenshots`, after `npm run build`. Needs Chromium.
import { spawn } from 'node:child_process';
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
  const shoot = async (page, tab, name = tab.toLowerCase()) => {
    await page.getByRole('tab', { name: tab }).click();
    await page.evaluate(() => document.fonts.ready);
    // Pictures of a tab are asked for when it is opened.
    await page.waitForTimeout(1500);
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
    const dark = await open(run.url, { colorScheme: 'dark' });
    await shoot(dark, 'Overview', 'overview-dark');
    const phone = await open(run.url, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
    await shoot(phone, 'Overview', 'overview-phone');
    run.child.kill('SIGINT');
  } finally {
    await browser.close();
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
