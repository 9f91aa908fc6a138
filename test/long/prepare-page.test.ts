/** A scan is looked at before it is prepared, a mask is painted, and a run uses it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { colourTable, LEVELS } from '../../viewer/src/heatmap/colours.ts';
import { complaintsOf, launchChromium, seriousViolations } from '../tools/browser.ts';
import { h5py, temporaryFolder } from '../tools/h5py.ts';
import { has } from '../tools/peer.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';

const ROWS = 48;
const COLS = 64;

const CONFIG = `# my scan
run: made
scans:
  S00:   # the only one
    data:
      name: Hdf5Loader
      intensities: { file: raw.h5, key: data }
      positions: { file: raw.h5, slow_key: y, fast_key: x }
      energy: 7.0       # keV
      distance: 2.0
      psize: 50.e-6
      center: [20, 31]  # a guess
      shape: [32, 32]
      save: append
      dfile: out/made.ptyd
    illumination: { aperture: { form: circ, size: 3.e-6 } }
engines:
  e: { name: EPIE, numiter: 3 }
io: { home: out, pictures: false }
`;

/** Frames with two bad pixels, one in all of them, and a dead corner. */
const MAKE = `
rng = np.random.default_rng(1)
rows, cols, frames = ${ROWS}, ${COLS}, 20
y, x = np.mgrid[:rows, :cols]
light = 200 * np.exp(-((y - 24)**2 + (x - 34)**2) / 60.)
data = rng.poisson(light + 0.5, (frames, rows, cols)).astype('u2')
data[:, 10, 25] = 900
data[:, 40, 5] = 1200
data[3, 20, 40] = 5000
with h5py.File(argument + '/raw.h5', 'w') as f:
    f['data'] = data
    f['y'] = np.arange(frames) // 5 * 1e-6
    f['x'] = np.arange(frames) % 5 * 1e-6
`;

let browser: Browser | undefined;

beforeAll(async () => {
  if (has('Chromium')) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** A folder with frames and a configuration. */
function made(name: string): string {
  const folder = join(home, name);
  mkdirSync(folder);
  h5py(MAKE, folder);
  writeFileSync(join(folder, 'run.yaml'), CONFIG);
  return folder;
}

const home = temporaryFolder();

async function open(url: URL, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser?.newContext({ colorScheme, viewport: { width: 1366, height: 900 } });
  if (context === undefined) throw new Error('there is no browser');
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url.href);
  await page.getByText('From 20 raw frames').waitFor();
  return page;
}

const RAW = 'mean of the raw frames of S00';

/** Where the middle of a pixel of the raw frames is on the screen. */
async function screenPlace(page: Page, row: number, col: number): Promise<{ x: number; y: number }> {
  const box = await page.locator('.heatmap canvas[role=img]').first().boundingBox();
  if (box === null) throw new Error('there is no picture');
  return { x: box.x + ((col + 0.5) / COLS) * box.width, y: box.y + ((row + 0.5) / ROWS) * box.height };
}

async function drag(
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const [start, end] = [await screenPlace(page, ...from), await screenPlace(page, ...to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

/** Colours on the screen, RGB, in the middle of these pixels of the raw frames. */
async function coloursAt(page: Page, pixels: readonly (readonly [number, number])[]): Promise<number[][]> {
  const places = await Promise.all(pixels.map(([row, col]) => screenPlace(page, row, col)));
  const png = (await page.screenshot()).toString('base64');
  const blank = await page.context().newPage();
  try {
    return await blank.evaluate(
      async ({ png, places }) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context?.drawImage(bitmap, 0, 0);
        return places.map(({ x, y }) => [...(context?.getImageData(x, y, 1, 1).data ?? [])].slice(0, 3));
      },
      { png, places },
    );
  } finally {
    await blank.close();
  }
}

it.skipIf(!has('Chromium'))(
  'shows raw frames, takes a mask by mouse, saves it, and a run masks just these pixels',
  { timeout: 120_000 },
  async () => {
    const folder = made('painted');
    const { url } = await serve('view', join(folder, 'run.yaml'), '--port', '0', '--control');
    const page = await open(url);
    expect(await seriousViolations(page)).toEqual([]);

    // Colours are those of the largest values.
    await page.getByLabel('Show').selectOption('max');
    await page.getByLabel('Scale').selectOption('linear');
    await page.getByLabel('Contrast').selectOption('all values');
    const places = [
      [24, 34],
      [20, 40],
      [2, 2],
      [10, 25],
      [30, 20],
    ] as const;
    const largest = h5py(
      "import h5py\nm = h5py.File(argument[0] + '/raw.h5')['data'][:].max(0)\nresult = [[int(m[r, c]) for r, c in argument[1]], int(m.min()), int(m.max())]",
      [folder, places],
    ) as [number[], number, number];
    const [values, low, high] = largest;
    const table = colourTable('inferno');
    await page.getByRole('img', { name: RAW.replace('mean', 'max') }).waitFor();
    const found = await coloursAt(page, places);
    values.forEach((value, i) => {
      const level = Math.round(((value - low) / (high - low)) * (LEVELS - 1));
      const expected = [0, 1, 2].map((channel) => table[4 * level + channel]);
      found[i].forEach((colour, channel) => {
        expect(
          Math.abs(colour - expected[channel]),
          `${String(places[i])}: ${String(found[i])} ${String(expected)}`,
        ).toBeLessThan(8);
      });
    });

    await page.getByRole('button', { name: 'Rectangle' }).click();
    await drag(page, [12, 20], [15, 25]);
    await page.getByText('24 of 3072 pixels are masked').waitFor();
    await page.getByRole('spinbutton', { name: 'value' }).fill('800');
    await page.getByRole('button', { name: 'Mask these' }).click();
    await page.getByText('27 of 3072 pixels are masked').waitFor();
    await page.getByRole('button', { name: 'Set the centre' }).click();
    const { x, y } = await screenPlace(page, 24, 34);
    await page.mouse.click(x, y);
    await page.getByText('center: [24, 34]').waitFor();
    await page.getByRole('button', { name: 'Write a new configuration' }).click();
    await page.getByText('wrote run-S00-mask.h5 and run-prepared.yaml').waitFor();

    expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe(CONFIG);
    expect(readFileSync(join(folder, 'run-prepared.yaml'), 'utf8')).toBe(
      CONFIG.replace('center: [20, 31]', 'center: [24, 34]').replace(
        'name: Hdf5Loader',
        'mask_file: run-S00-mask.h5:mask\n      name: Hdf5Loader',
      ),
    );
    const run = ptyflow(['run', 'run-prepared.yaml', '--ranks', '1'], folder);
    expect(run.status, run.stderr).toBe(0);
    expect(
      readdirSync(join(folder, 'out'), { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.ptyr'),
      ),
    ).toHaveLength(1);
    const bad = h5py(
      `
import json
with h5py.File(argument + '/out/made.ptyd') as f:
    mask = f['chunks/0/weights'][:] if 'weights' in f['chunks/0'] else f['meta/weight2d'][:]
with h5py.File(argument + '/run-S00-mask.h5') as f:
    whole = np.argwhere(f['mask'][:] == 0).tolist()
    edits = json.loads(f['mask'].attrs['edits'])
result = [list(mask.shape[-2:]), [np.argwhere(m == 0).tolist() for m in mask.reshape(-1, 32, 32)], whole, edits]
`,
      folder,
    ) as [number[], number[][][], number[][], object[]];
    const [shape, prepared, whole, edits] = bad;
    const rectangle = Array.from({ length: 24 }, (_, i) => [12 + Math.floor(i / 6), 20 + (i % 6)]);
    const expected = [...rectangle, [10, 25], [20, 40], [40, 5]].sort(([a, b], [c, d]) => a - c || b - d);
    expect(whole).toEqual(expected);
    expect(edits.map((edit) => (edit as { do: string }).do)).toEqual(['rectangle', 'threshold']);
    expect(shape).toEqual([32, 32]);
    // Of the region around the centre, from row 8 and column 18 on.
    const inRegion = expected
      .map(([row, col]) => [row - 8, col - 18])
      .filter((place) => place.every((pixel) => pixel >= 0 && pixel < 32));
    for (const frame of prepared) expect(frame).toEqual(inRegion);
  },
);

it.skipIf(!has('Chromium'))(
  'masks by brush and by keys, takes steps back, moves the region, and changes the given file only when that is confirmed',
  { timeout: 120_000 },
  async () => {
    const folder = made('confirmed');
    const file = join(folder, 'run.yaml');
    const { url } = await serve('view', file, '--port', '0', '--control');
    const page = await open(url, 'dark');
    const complaints = complaintsOf(page);
    expect(await seriousViolations(page)).toEqual([]);
    const masked = async (pixels: number): Promise<void> => {
      await page.getByText(`${pixels} of ${ROWS * COLS} pixels are masked`).waitFor();
    };

    // Pixels whose middle is within the radius of the line.
    await page.getByRole('button', { name: 'Brush' }).click();
    await page.getByRole('spinbutton', { name: 'Brush radius, pixels' }).fill('1.2');
    await drag(page, [30, 30], [30, 40]);
    await masked(3 * 11 + 2);
    await page.getByRole('button', { name: 'Rectangle' }).click();
    await page.locator('.heatmap canvas[role=img]').first().focus();
    await page.keyboard.press('Enter');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByText('pixels are masked').textContent()).not.toContain('35 of');
    const both = Number(/^\d+/.exec((await page.getByText('pixels are masked').textContent()) ?? '')?.[0]);
    expect(both).toBeGreaterThan(35);
    await page.keyboard.press('Control+z');
    await masked(35);
    await page.keyboard.press('Control+Shift+z');
    await masked(both);
    await page.getByRole('button', { name: 'Undo' }).click();
    await masked(35);

    await page.getByRole('button', { name: 'Drag the region' }).click();
    await drag(page, [20, 31], [22, 34]);
    await page.getByText('center: [22, 34]').waitFor();

    await page.getByRole('button', { name: 'Write into run.yaml …' }).click();
    const dialog = page.getByRole('dialog');
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(readFileSync(file, 'utf8')).toBe(CONFIG);
    expect(readdirSync(folder).sort()).toEqual(['raw.h5', 'run.yaml']);
    await page.getByRole('button', { name: 'Write into run.yaml …' }).click();
    await dialog.getByRole('button', { name: 'Write into run.yaml' }).click();
    await page.getByText('run-S00-mask.h5 and').waitFor();
    expect(readFileSync(file, 'utf8')).toBe(
      CONFIG.replace('center: [20, 31]', 'center: [22, 34]').replace(
        'name: Hdf5Loader',
        'mask_file: run-S00-mask.h5:mask\n      name: Hdf5Loader',
      ),
    );
    expect(complaints).toEqual([]);
  },
);
