/** A page in a real browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peer } from './peer.ts';

const PAGE = `<!doctype html><script type="module">
  const answer = async () => {
    try { return await (await import('./program.js')).default; }
    catch (error) { return { error: String(error) }; }
  };
  await fetch('./answer', { method: 'POST', body: JSON.stringify(await answer()) });
</script>`;

/** Runs a module in headless Chromium; returns what its default export settles to, which must be plain data. */
export async function inChromium(program: string): Promise<unknown> {
  const chromium = peer('Chromium');
  const profile = mkdtempSync(join(tmpdir(), 'ptyflow-chromium-'));
  let answered: (text: string) => void;
  const answer = new Promise<string>((resolve) => (answered = resolve));
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        response.end();
        answered(text);
      });
      return;
    }
    const isProgram = request.url === '/program.js';
    response.setHeader('content-type', isProgram ? 'text/javascript' : 'text/html');
    response.end(isProgram ? program : PAGE);
  });
  const port = await listening(server);
  const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
  const own = [`--user-data-dir=${profile}`, '--remote-debugging-port=0', `http://127.0.0.1:${port}/`];
  const browser = spawn(chromium, [...quiet, ...own], { stdio: ['ignore', 'pipe', 'ignore'] });
  browser.stdout.resume();
  const ended = new Promise<never>((_, reject) => {
    browser.on('error', reject);
    browser.on('exit', (code) => {
      reject(new Error(`Chromium ended with ${code} before the page answered`));
    });
  });
  try {
    return JSON.parse(await Promise.race([answer, ended])) as unknown;
  } finally {
    ended.catch(() => undefined);
    // Not before the last of its processes has closed what it wrote to is the profile left alone.
    const gone = once(browser, 'close');
    browser.kill();
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
