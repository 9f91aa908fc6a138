/** What people look at in the tabs of a result, and take home from there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toNumbers, type NdArray } from '../../src/array/ndarray.ts';
import { parseNpy } from '../../src/array/npy.ts';
import { openFile } from '../../src/hdf5/file.ts';
import { colourTable } from '../../viewer/src/heatmap/colours.ts';
import { complaintsOf, launchChromium, seriousViolations } from '../tools/browser.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { has } from '../tools/peer.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { startServing, type Served } from '../tools/served.ts';

const folder = temporaryFolder();
const result = join(folder, 'home/recons/moon/moon_EPIE_0003.ptyr');
let complaints: readonly string[] = [];
let served: Served | undefined;
let browser: Browser | undefined;
let page: Page;

describe.skipIf(!has('Chromium'))('the tabs of a result', () => {
  beforeAll(async () => {
    const scan = { name: 'MoonFlowerScan', num_frames: 30, shape: 64, save: 'append' };
    const config = join(folder, 'moon.json');
    writeFileSync(
      config,
      JSON.stringify({
        run: 'moon',
        scans: { S: { data: { ...scan, dfile: join(folder, 'moon.ptyd') } } },
        engines: { e: { name: 'EPIE', numiter: 3 } },
        io: { home: join(folder, 'home'), pictures: false },
      }),
    );
    const two = 'engines={"a": {"name": "DM", "numiter": 2}, "b": {"name": "EPIE", "numiter": 1}}';
    for (const more of [
      [],
      ['--set', 'run=other', '--set', 'engines.e.numiter=4'],
      ['--set', 'run=two', '--set', two],
    ]) {
      const made = ptyflow(['run', config, ...more]);
      expect(made.status, made.stderr).toBe(0);
    }
    browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
    page = await context.newPage();
    complaints = complaintsOf(page);
    served = await startServing('view', folder, '--port', '0', '--prefix', '/user/me/');
    await page.goto(served.url.href);
  });

  afterAll(async () => {
    await browser?.close();
    served?.child.kill('SIGKILL');
  });

  async function show(name: RegExp, tab: string): Promise<void> {
    const chooser = page.getByRole('combobox').first();
    await chooser.locator('option').first().waitFor({ state: 'attached' });
    const names = await chooser.locator('option').allTextContents();
    await chooser.selectOption({ label: names.find((one) => name.test(one)) ?? '' });
    await page.evaluate(`location.hash = '${tab}'`);
    await page.getByRole('tab', { selected: true, name: new RegExp(tab, 'i') }).waitFor();
    await page.locator('canvas[role=img]:not([hidden])').first().waitFor();
  }

  /** By the keyboard alone. */
  async function saved(name: string): Promise<{ name: string; bytes: Buffer }> {
    const waiting = page.waitForEvent('download');
    await page
      .getByRole('button', { name, exact: true })
      .or(page.getByRole('link', { name }))
      .first()
      .focus();
    await page.keyboard.press('Enter');
    const download: Download = await waiting;
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  it('give the object as numbers, as a picture and as a drawing', async () => {
    await show(/moon_EPIE/, 'object');
    const h5 = await openFile(result, 'r');
    const [id] = h5.keys('content/obj');
    const object = h5.read(`content/obj/${id}/data`) as NdArray<'complex64'>;
    h5.close();
    const [, rows, cols] = object.shape;

    const npy = await saved('Values as .npy');
    expect(npy.name).toBe(`moon_EPIE_0003-object-${id}-0.npy`);
    const array = parseNpy(npy.bytes);
    expect([array.dtype, array.shape]).toEqual([object.dtype, [rows, cols]]);
    expect(array.data).toEqual(object.data);
    const same = `
with h5py.File(argument[0]) as f: d = f['content/obj'][argument[1]]['data'][0]
import io, base64
a = np.load(io.BytesIO(base64.b64decode(argument[2])))
result = bool(a.dtype == d.dtype and a.tobytes() == d.tobytes())
`;
    if (has('h5py')) expect(h5py(same, [result, id, npy.bytes.toString('base64')])).toBe(true);

    const svg = await saved('SVG');
    expect(svg.name).toBe(`moon_EPIE_0003-object-${id}-0-phase.svg`);
    const drawing = svg.bytes.toString();
    for (const text of ['x (µm)', 'y (µm)', 'phase (rad)', 'π/2']) expect(drawing).toContain(`>${text}<`);
    expect(drawing).toMatch(/>\d+(\.\d+)? (µm|nm)</);
    // Colours of light paper, and nothing that is only known to the page.
    expect(drawing).not.toMatch(/class=|var\(/);
    const places = await page.evaluate((text) => {
      const { documentElement: root } = new DOMParser().parseFromString(text, 'image/svg+xml');
      const [box] = root.querySelectorAll('image');
      const number = (name: string): number => Number(box.getAttribute(name));
      const [left, top] = root.getAttribute('viewBox')?.split(' ').map(Number) ?? [];
      return {
        kind: root.tagName,
        ...{ x: number('x') - left, y: number('y') - top, width: number('width'), height: number('height') },
        picture: box.getAttribute('href') ?? '',
      };
    }, drawing);
    expect(places.kind).toBe('svg');

    const png = await saved('PNG');
    expect(png.name).toBe(`moon_EPIE_0003-object-${id}-0-phase.png`);
    const whole = decode(png.bytes);
    const embedded = decode(Buffer.from(places.picture.split(',')[1], 'base64'));
    expect([embedded.width, embedded.height]).toEqual([places.width, places.height]);
    const table = colourTable('twilight');
    const values = object.data;
    let [wrong, looked] = [0, 0];
    // A line goes round the picture, and the scale bar covers a part of the lower left corner.
    for (let y = 1; y < places.height - 50; y++) {
      for (let x = 1; x < places.width - 1; x++) {
        const at =
          Math.floor(((y + 0.5) / places.height) * rows) * cols +
          Math.floor(((x + 0.5) / places.width) * cols);
        const phase = Math.atan2(values[2 * at + 1], values[2 * at]);
        const level = Math.min(255, Math.floor(((phase + Math.PI) / (2 * Math.PI)) * 256));
        const matches = (image: typeof whole, row: number, col: number): boolean =>
          [level - 1, level, level + 1].some((near) => {
            const colour = 4 * Math.min(255, Math.max(0, near));
            const pixel = image.channels * (row * image.width + col);
            return [0, 1, 2].every((c) => image.data[pixel + c] === table[colour + c]);
          });
        looked += 1;
        if (!matches(whole, places.y + y, places.x + x) || !matches(embedded, y, x)) wrong += 1;
      }
    }
    expect(looked).toBeGreaterThan(50_000);
    expect(wrong).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('give a mode of the probe, and a frame', async () => {
    await show(/moon_EPIE/, 'probe');
    const h5 = await openFile(result, 'r');
    const [id] = h5.keys('content/probe');
    const probe = h5.read(`content/probe/${id}/data`);
    h5.close();
    const mode = await saved('Values as .npy');
    expect(mode.name).toBe(`moon_EPIE_0003-probe-${id}-0.npy`);
    expect(parseNpy(mode.bytes).data).toEqual(probe.data);
    expect(decode((await saved('PNG')).bytes).width).toBeGreaterThan(300);

    await show(/\.ptyd/, 'frames');
    const prepared = await openFile(join(folder, 'moon.ptyd'), 'r');
    const frames = prepared.read('chunks/0/data');
    prepared.close();
    await page.getByRole('spinbutton', { name: 'Scan point' }).fill('2');
    await page.getByRole('img', { name: 'measured frame of scan point 2' }).waitFor();
    const frame = await saved('Values as .npy');
    expect(frame.name).toBe('moon-measured-S-2.npy');
    const stored = parseNpy(frame.bytes);
    const [, rows, cols] = frames.shape;
    expect(stored.shape).toEqual([rows, cols]);
    expect(toNumbers(stored)).toEqual(
      Float32Array.from(toNumbers(frames)).subarray(2 * rows * cols, 3 * rows * cols),
    );
    expect((await saved('SVG')).name).toBe('moon-measured-S-2.svg');
  });

  it('show the frames of a reconstruction beside its model, the worst first', async () => {
    await show(/moon_EPIE/, 'frames');
    await page.getByRole('combobox', { name: 'Order' }).selectOption('worst first');
    const standing = page.getByText(/^R-factor [\d.]+, \d+ of 30 from the worst$/);
    const numbers = async (): Promise<number[]> =>
      ((await standing.textContent()) ?? '').match(/[\d.]+/g)?.map(Number) ?? [];
    await standing.filter({ hasText: ', 1 of 30' }).waitFor();
    const [worst] = await numbers();
    await page.locator('body').press('ArrowRight');
    await standing.filter({ hasText: ', 2 of 30' }).waitFor();
    expect((await numbers())[0]).toBeLessThanOrEqual(worst);
    const point = await page.getByRole('spinbutton', { name: 'Scan point' }).inputValue();
    await page.getByRole('img', { name: `model of the frame of scan point ${point}` }).waitFor();
    await page
      .getByRole('img', { name: `difference of measurement and model at scan point ${point}` })
      .waitFor();
    expect(await page.getByRole('checkbox', { name: 'centre' }).isChecked()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('show two objects side by side or one after the other, and how far they agree', async () => {
    await show(/moon_EPIE/, 'object');
    const choose = page.getByRole('combobox', { name: 'Compare with' });
    const names = await choose.locator('option').allTextContents();
    await choose.selectOption(names.find((name) => name.includes('other_EPIE')) ?? '');
    const [first, second] = [/.* of .*moon_EPIE/, /.* of .*other_EPIE/].map((name) =>
      page.getByRole('img', { name: new RegExp(`^object ${name.source}`) }),
    );
    await first.waitFor();
    await second.waitFor();
    await page.getByText(/Fourier ring correlation of \d+x\d+ pixels/).waitFor();
    await page.getByText(/^½ bit: (resolution [\d.]+ (µm|nm) half period|no crossing)/).waitFor();
    await page.getByText(/same positions: if these are the same frames/).waitFor();
    await page.getByRole('img', { name: 'Fourier ring correlation' }).waitFor();
    // One is moved with the other: the axes of both are of the same part.
    const axes = (): Promise<string[]> =>
      page
        .locator('.beside figure')
        .evaluateAll((figures) =>
          figures.map((figure) =>
            [...figure.querySelectorAll('.heatmap-axes text')]
              .map(({ textContent }) => textContent)
              .join(' '),
          ),
        );
    const whole = await axes();
    expect(whole[0]).toBe(whole[1]);
    await first.press('+');
    await first.press('ArrowRight');
    await expect.poll(async () => (await axes())[0]).not.toBe(whole[0]);
    const near = await axes();
    expect(near[0]).toBe(near[1]);
    expect(await seriousViolations(page)).toEqual([]);

    await page.getByRole('combobox', { name: 'Both' }).selectOption('one after the other');
    const button = page.getByRole('button', { name: 'Blink (b)' });
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await first.waitFor();
    await second.waitFor();
    await page.locator('body').press('b');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(await page.locator('.stacked figure.behind').count()).toBe(1);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.getByRole('combobox', { name: 'Both' }).selectOption('side by side');
    await page.getByRole('combobox', { name: 'Both' }).selectOption('one after the other');
    const seen = await page.locator('.stacked figure:not(.behind) figcaption').textContent();
    await page.locator('body').press('b');
    await expect
      .poll(() => page.locator('.stacked figure:not(.behind) figcaption').textContent())
      .not.toBe(seen);
    await page.emulateMedia({ reducedMotion: null });
    await choose.selectOption('nothing');
    expect(complaints).toEqual([]);
  });

  it('are zoomed and moved by two fingers, and shown as a whole after a double tap', async () => {
    await show(/moon_EPIE/, 'object');
    const picture = page.locator('canvas[role=img]').first();
    const box = await picture.boundingBox();
    if (box === null) throw new Error('there is no picture');
    const session = await page.context().newCDPSession(page);
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...at: [number, number][]
    ): Promise<unknown> =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: at.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id })),
      });
    const ends = (): Promise<string[]> =>
      page.locator('.heatmap-axes').first().locator('text').allTextContents();
    const whole = await ends();
    const scrolled = (): Promise<number> => page.evaluate('document.querySelector("main").scrollTop');
    const before = await scrolled();
    await touch('touchStart', [0.4, 0.5], [0.6, 0.5]);
    await touch('touchMove', [0.3, 0.5], [0.7, 0.5]);
    await touch('touchMove', [0.2, 0.4], [0.8, 0.4]);
    await touch('touchEnd');
    await expect.poll(ends).not.toEqual(whole);
    expect(await picture.getAttribute('class')).toContain('heatmap-zoomed');
    expect(await scrolled()).toBe(before);
    for (const _ of [1, 2]) {
      await touch('touchStart', [0.5, 0.5]);
      await touch('touchEnd');
    }
    await expect.poll(ends).toEqual(whole);
    expect(complaints).toEqual([]);
  });

  it('show the last errors of every engine', async () => {
    await show(/moon_EPIE/, 'object');
    await page.evaluate("location.hash = 'errors'");
    const legend = page.locator('.u-legend');
    await legend.waitFor();
    await expect.poll(() => legend.textContent()).toMatch(/iteration:?\s*3/);
    expect(await legend.textContent()).not.toContain('--');
    await page.getByRole('combobox', { name: 'Scale' }).selectOption('linear');
    await legend.waitFor();
    expect(complaints).toEqual([]);
  });

  it('lead through what was saved of a run by arrow keys', async () => {
    await show(/moon_EPIE/, 'object');
    expect(await page.getByRole('slider', { name: 'Saved' }).count()).toBe(0);
    await show(/two_DM/, 'object');
    await page.getByRole('combobox', { name: 'Show' }).selectOption('amplitude');
    const slider = page.getByRole('slider', { name: 'Saved' });
    expect(await slider.getAttribute('aria-valuetext')).toBe('iteration 2 (DM), 1 of 2');
    await slider.press('ArrowRight');
    await page.getByText('iteration 3 (EPIE), 2 of 2').waitFor();
    const chooser = page.getByRole('combobox').first();
    await expect.poll(() => chooser.inputValue()).toContain('two_EPIE_0003.ptyr');
    // How it is looked at stays, and the key may be pressed on.
    await page.getByRole('img', { name: /layer 0, amplitude$/ }).waitFor();
    await slider.press('ArrowLeft');
    await expect.poll(() => chooser.inputValue()).toContain('two_DM_0002.ptyr');
    expect(complaints).toEqual([]);
  });
});
