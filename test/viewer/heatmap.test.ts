/** The heat map of the page, in a real browser: every pixel has the colour that the data say. */
import { build } from 'esbuild';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Picture } from '../../src/server/protocol/picture-message.ts';
import {
  colourTable,
  MASKED,
  MASKED_SHARE,
  MISSING,
  phaseColour,
  type ColourMapName,
} from '../../viewer/src/heatmap/colours.ts';
import { launchChromium } from '../tools/browser.ts';
import { has, peer } from '../tools/peer.ts';

type Colour = readonly number[];

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** RGBA, from the lowest row up. */
  readonly data: Uint8Array;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'";

let browser: Browser | undefined;
let server: Server | undefined;
let opened: Page | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  if (!has('Chromium')) return;
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'heatmap-page.mjs')],
    ...{ bundle: true, format: 'esm', jsx: 'automatic', outdir: 'out', write: false },
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map<string, readonly [type: string, text: string]>([
    [
      '/',
      [
        'text/html; charset=utf-8',
        '<!doctype html><html lang="en"><title>Heat map</title><link rel="icon" href="data:,">' +
          '<link rel="stylesheet" href="heatmap-page.css"><main id="root"></main>' +
          '<script type="module" src="heatmap-page.js"></script></html>',
      ],
    ],
    ['/heatmap-page.js', ['text/javascript', textOf('.js')]],
    ['/heatmap-page.css', ['text/css', textOf('.css')]],
  ]);
  function textOf(end: string): string {
    return outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  }
  const serving = createServer((request, response) => {
    const [type, text] = files.get(request.url ?? '') ?? ['text/plain', 'not here'];
    response.setHeader('content-type', type).setHeader('content-security-policy', POLICY).end(text);
  });
  server = serving;
  await new Promise<void>((resolve) => serving.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
  opened = await browser.newPage({ viewport: { width: 620, height: 460 } });
  opened.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  opened.on('pageerror', (error) => complaints.push(error.message));
  await opened.goto(`http://127.0.0.1:${(serving.address() as AddressInfo).port}/`);
  await opened.waitForFunction('window.ready');
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

function page(): Page {
  peer('Chromium');
  if (opened === undefined) throw new Error('the page did not open');
  return opened;
}

const COMMON = { originM: [0, 0], unit: 'm', label: 'object' };

async function show(picture: Picture, props: Readonly<Record<string, unknown>>): Promise<Drawn> {
  // JSON has no NaN: null stands for it.
  const values = Array.from(picture.values, (value) => (Number.isNaN(value) ? null : value));
  const told = JSON.stringify({ ...COMMON, ...props, picture: { ...picture, values } });
  const answer = await page().evaluate(`window.show(${told})`);
  const { width, height, base64 } = answer as { width: number; height: number; base64: string };
  return { width, height, data: Buffer.from(base64, 'base64') };
}

const HEADER = { channel: 1, sequence: 1, reduction: 1, index: -1, time: 0 };
const [ROWS, COLS] = [24, 31];

/** The middle of the level of a colour map, as a share of the range: no rounding decides the colour. */
const level = (i: number) => (((i * 37) % 256) + 0.5) / 256;

function complexPicture(amplitude: (i: number) => number, phase: (i: number) => number): Picture {
  const values = new Float32Array(2 * ROWS * COLS);
  for (let i = 0; i < ROWS * COLS; i++) {
    values[2 * i] = amplitude(i) * Math.cos(phase(i));
    values[2 * i + 1] = amplitude(i) * Math.sin(phase(i));
  }
  const place = { planes: 1, rows: ROWS, cols: COLS, psizeM: [2e-8, 2e-8] as const };
  return { ...HEADER, ...place, kind: 'complex', range: [0, 2], values };
}

function realPicture(planes: number, value: (plane: number, i: number) => number): Picture {
  const values = Float32Array.from({ length: planes * ROWS * COLS }, (_, i) =>
    value(Math.floor(i / (ROWS * COLS)), i % (ROWS * COLS)),
  );
  const place = { planes, rows: ROWS, cols: COLS, psizeM: [2e-8, 2e-8] as const };
  return { ...HEADER, ...place, kind: 'real', range: [0, 1000], values };
}

const mapped = (name: ColourMapName, share: number): Colour => {
  const at = 4 * Math.min(255, Math.max(0, Math.floor(share * 256)));
  return Array.from(colourTable(name).subarray(at, at + 3));
};

interface Part {
  readonly y: number;
  readonly x: number;
  readonly zoom: number;
}

/** How many pixels are not of the colour of their element, by more than `tolerance` of 255. */
function differing(drawn: Drawn, colour: (i: number) => Colour, tolerance = 0, part?: Part): number {
  const { width, height, data } = drawn;
  const { y, x, zoom } = part ?? { y: 0, x: 0, zoom: 1 };
  let count = 0;
  for (let j = 0; j < height; j++) {
    const row = Math.floor(ROWS * (y + (j + 0.5) / height / zoom));
    for (let i = 0; i < width; i++) {
      const col = Math.floor(COLS * (x + (i + 0.5) / width / zoom));
      const at = 4 * ((height - 1 - j) * width + i);
      const expected = colour(row * COLS + col);
      if (expected.some((channel, k) => Math.abs(channel - data[at + k]) > tolerance)) count++;
    }
  }
  expect(width * height).toBeGreaterThan(50_000);
  return count;
}

const wave = complexPicture(
  (i) => 2 * level(i),
  (i) => (2 * level(i * 3) - 1) * Math.PI,
);
const counts = realPicture(3, (plane, i) => (plane === 2 ? Number(i % 5 !== 0) : 1000 ** level(i + plane)));

it('amplitude, in the grey of the figures', async () => {
  const drawn = await show(wave, { show: 'amplitude' });
  expect(differing(drawn, (i) => mapped('grey', level(i)))).toBe(0);
});

it('phase, over the whole circle', async () => {
  const drawn = await show(wave, { show: 'phase' });
  expect(differing(drawn, (i) => mapped('twilight', level(i * 3)))).toBe(0);
});

it('complex: hue and brightness', async () => {
  const drawn = await show(wave, { show: 'complex' });
  const colour = (i: number) => phaseColour((2 * level(i * 3) - 1) * Math.PI, level(i));
  expect(differing(drawn, colour, 1)).toBe(0);
});

it('phase without its ramp', async () => {
  const phase = (i: number) => 0.7 + 0.21 * Math.floor(i / COLS) - 0.13 * (i % COLS);
  const drawn = await show(
    complexPicture(() => 1, phase),
    { show: 'phase', removeRamp: true },
  );
  expect(differing(drawn, () => mapped('twilight', 0.5), 6)).toBe(0);
});

it('values of a plane, in a given range; missing ones have a colour of their own', async () => {
  const picture = realPicture(2, (plane, i) => (i % 7 === 0 ? NaN : plane * (level(i) * 4 - 2)));
  const drawn = await show(picture, { show: 'value', plane: 1, range: [-2, 2], colourMap: 'cividis' });
  expect(differing(drawn, (i) => (i % 7 === 0 ? MISSING : mapped('cividis', level(i))))).toBe(0);
});

it('logarithmic counts, masked elements overlaid', async () => {
  const plain = await show(counts, { show: 'value', scale: 'log', range: [0, 1000] });
  expect(differing(plain, (i) => mapped('inferno', level(i)))).toBe(0);
  const masked = await show(counts, { show: 'value', scale: 'log', range: [0, 1000], mask: true });
  const colour = (i: number) => {
    const below = mapped('inferno', level(i));
    if (i % 5 !== 0) return below;
    return below.map((channel, k) => (1 - MASKED_SHARE) * channel + MASKED_SHARE * MASKED[k]);
  };
  expect(differing(masked, colour, 1)).toBe(0);
});

it('a zoomed and moved part, by keys, and the whole again', async () => {
  await show(wave, { show: 'amplitude' });
  await page().locator('.heatmap-canvas').focus();
  for (const key of ['+', '+', 'ArrowRight', 'ArrowUp']) await page().keyboard.press(key);
  const part = { zoom: 2.25, y: 0.5 - 0.65 / 2.25, x: 0.5 - 0.35 / 2.25 };
  const drawn = await show(wave, { show: 'amplitude', fresh: false });
  expect(differing(drawn, (i) => mapped('grey', level(i)), 0, part)).toBeLessThan(drawn.width);
  await page().keyboard.press('0');
  const whole = await show(wave, { show: 'amplitude', fresh: false });
  expect(differing(whole, (i) => mapped('grey', level(i)))).toBe(0);
});

it('zooms by wheel about the pointer, moves by drag', async () => {
  await show(wave, { show: 'amplitude' });
  const box = await page().locator('.heatmap-canvas').boundingBox();
  if (box === null) throw new Error('no canvas');
  // Wheels tell whole px.
  const [x, y] = [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
  await page().mouse.move(x, y);
  await page().mouse.wheel(0, -200);
  const stays = 1 - 1 / 2.25;
  const zoomed = {
    zoom: 2.25,
    y: ((y - box.y) / box.height) * stays,
    x: ((x - box.x) / box.width) * stays,
  };
  await vi.waitFor(async () => {
    const drawn = await show(wave, { show: 'amplitude', fresh: false });
    expect(differing(drawn, (i) => mapped('grey', level(i)), 0, zoomed)).toBeLessThan(drawn.width);
  }, 20_000);
  await page().mouse.down();
  await page().mouse.move(x + 100, y, { steps: 3 });
  await page().mouse.up();
  const moved = { ...zoomed, x: zoomed.x - 100 / box.width / 2.25 };
  const drawn = await show(wave, { show: 'amplitude', fresh: false });
  expect(differing(drawn, (i) => mapped('grey', level(i)), 0, moved)).toBeLessThan(drawn.width);
});

it('says what is under the pointer, and what was clicked', async () => {
  await page().mouse.move(0, 0);
  await show(counts, { show: 'value', quantity: 'photons' });
  const box = await page().locator('.heatmap-canvas').boundingBox();
  if (box === null) throw new Error('no canvas');
  const [row, col] = [5, 12];
  const [x, y] = [((col + 0.5) / COLS) * box.width, ((row + 0.5) / ROWS) * box.height];
  await page().locator('.heatmap-canvas').click({ position: { x, y } });
  const reading = page().locator('.heatmap-reading').filter({ hasText: 'row 5, column 12' });
  const text = (await reading.textContent()) ?? '';
  const photons = Number(/photons ([\d.]+)/.exec(text)?.[1]);
  expect(photons / counts.values[row * COLS + col]).toBeCloseTo(1, 2);
  const [yM, xM] = (await page().evaluate<number[]>('window.picks.at(-1)')).map((metres) => metres / 2e-8);
  expect(Math.abs(yM - row)).toBeLessThan(0.2);
  expect(Math.abs(xM - col)).toBeLessThan(0.2);
  const [rows, cols] = await page().evaluate<number[]>('window.sizes.at(-1)');
  expect([rows, cols].every((count) => count > 200)).toBe(true);
});

it('a profile between two clicks, by keys too', async () => {
  await show(wave, { show: 'amplitude' });
  const canvas = page().locator('.heatmap-canvas');
  await canvas.focus();
  await page().keyboard.press('p');
  await page().keyboard.press('Enter');
  for (let i = 0; i < 5; i++) await page().keyboard.press('ArrowRight');
  await page().keyboard.press('Enter');
  await expect.poll(() => page().locator('.heatmap-profile svg').textContent()).toContain('distance (nm)');
  await page().keyboard.press('Escape');
  await expect.poll(() => page().locator('.heatmap-profile').count()).toBe(0);
});

it('comes back when the graphics context was lost', async () => {
  await show(wave, { show: 'amplitude' });
  await page().evaluate(`
    window.loss = document.querySelector('.heatmap-canvas').getContext('webgl2').getExtension('WEBGL_lose_context');
    window.loss.loseContext();`);
  await page().locator('.heatmap-notice').waitFor();
  await page().evaluate('window.loss.restoreContext()');
  await page().locator('.heatmap-notice').waitFor({ state: 'detached' });
  const drawn = await show(wave, { show: 'amplitude', fresh: false });
  expect(differing(drawn, (i) => mapped('grey', level(i)))).toBe(0);
});

it('says so where there is no WebGL 2', async () => {
  await page().evaluate(`
    window.getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, options) {
      return kind === 'webgl2' ? null : window.getContext.call(this, kind, options);
    };
    void window.show(${JSON.stringify({ ...COMMON, show: 'amplitude', picture: { ...wave, values: [] } })});`);
  const notice = page().locator('.heatmap-notice[role=alert]');
  await notice.waitFor();
  expect(await notice.textContent()).toContain('no WebGL 2');
  await page().evaluate('HTMLCanvasElement.prototype.getContext = window.getContext');
});

it('breaks no policy and logs no error', async () => {
  expect(await page().evaluate('window.violations')).toEqual([]);
  expect(complaints).toEqual([]);
});
