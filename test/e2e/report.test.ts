/** `ptyflow report` and `ptyflow plot`: files that are made, and the page in a real browser. */
import { copyFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../src/array/ndarray.ts';
import { GREYS } from '../../src/pictures/panels/colour-maps.ts';
import type { Result } from '../../src/ptyr/result.ts';
import { writePtyr } from '../../src/ptyr/writer.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { launchChromium, seriousViolations } from '../tools/browser.ts';
import { has, peer } from '../tools/peer.ts';
import { ptyflow } from '../tools/ptyflow.ts';
import { sampled } from '../tools/sampled.ts';

const folder = temporaryFolder();
const EVIL = '<script>document.title="taken"</script><img src=x onerror=alert(1)>';

function complex(shape: readonly number[], at: (i: number) => readonly [number, number]): NdArray {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = new Float32Array(2 * size);
  for (let i = 0; i < size; i++) {
    const [amplitude, phase] = at(i);
    data.set([amplitude * Math.cos(phase), amplitude * Math.sin(phase)], 2 * i);
  }
  return ndarray('complex64', shape, data);
}

/** An object with one pixel that is different, two probe modes, and names that are code. */
function result(): Result {
  const field = { psizeM: [1e-8, 1e-8], energyKeV: 8 } as const;
  const steps = Array.from({ length: 9 }, (_, i) =>
    [Math.floor(i / 3) - 1, (i % 3) - 1].map((n) => n * 4e-8),
  );
  const positions = ndarray('float64', [9, 2], Float64Array.from(steps.flat()));
  const objectAt = (i: number): readonly [number, number] => (i === 16 * 32 + 20 ? [0.5, 0.75] : [1, 0]);
  const probeAt = (i: number): readonly [number, number] => [i < 256 ? 3 : 1, ((i % 16) / 16) * Math.PI];
  return {
    objects: {
      [`S${EVIL.replaceAll('/', '')}`]: {
        ...field,
        data: complex([1, 32, 32], objectAt),
        originM: [-16e-8, -16e-8],
      },
    },
    probes: { SG00: { ...field, data: complex([2, 16, 16], probeAt), originM: [-8e-8, -8e-8] } },
    positions: {
      S: {
        ...{ indices: steps.map((_, i) => i), positions, measured: positions },
        ...{ probeId: 'SG00', objectId: `S${EVIL.replaceAll('/', '')}` },
      },
    },
    config: {
      run: EVIL,
      scans: { [EVIL.replaceAll('/', '')]: { data: { name: 'MoonFlowerScan', num_frames: 9 } } },
      engines: { first: { name: 'DM', numiter: 7, alpha: 1, note: EVIL } },
    },
    history: [1, 2, 3].map((iteration) => ({
      ...{ engine: 'DM', iteration, iterations: iteration, numiter: 3, seconds: iteration },
      errors: { magnitude: 8 / iteration, rfactor: 0.4 / iteration },
    })),
    statistics: { S: { frames: 9, stepM: 4e-8, overlap: 0.75 } },
    started: new Date(2026, 10, 28, 5, 0),
    software: `ptyflow ${EVIL}`,
  };
}

const PTYR = join(folder, 'small.ptyr');
const PTYD = join(folder, 'small.ptyd');
const REPORT = join(folder, 'small.html');

beforeAll(async () => {
  await writePtyr(PTYR, result());
  expect(ptyflow(['simulate', PTYD, '--frames', '6', '--shape', '32']).status).toBe(0);
});

describe('plot', () => {
  const plot = (...args: readonly string[]) => ptyflow(['plot', ...args]);

  const DRAWN: [what: string, file: string][] = [
    ['errors', PTYR],
    ['frame', PTYD],
    ['positions', PTYD],
    ['all', PTYR],
    ['object', PTYR],
    ['probe', PTYR],
    ['positions', PTYR],
    ['mean', PTYD],
  ];
  it.each(sampled(3, DRAWN))('draws %s', (what, file) => {
    const output = join(folder, 'pictures', `${what}${file.slice(-1)}.png`);
    const { status, stderr } = plot(file, '--what', what, '-o', output);
    expect(stderr).toBe(`saved ${output}\n`);
    expect(status).toBe(0);
    expect(readFileSync(output).subarray(1, 4).toString()).toBe('PNG');
  });

  it('draws SVG, over its own alone', () => {
    const svg = join(folder, 'probe.svg');
    expect(plot(PTYR, '--what', 'probe', '--layer', '1', '-o', svg).status).toBe(0);
    expect(readFileSync(svg, 'utf8')).toContain('probe, mode 1 alone');
    expect(plot(PTYR, '--what', 'all', '-o', svg).status).toBe(0);
    const text = readFileSync(svg, 'utf8');
    for (const title of ['object phase', 'object amplitude', 'error history', 'scan positions']) {
      expect(text).toContain(title);
    }
    writeFileSync(svg, '<svg>mine</svg>');
    const { status, stderr } = plot(PTYR, '-o', svg);
    expect(status).toBe(2);
    expect(stderr).toContain('not an SVG picture of this program: it is not overwritten');
    expect(readFileSync(svg, 'utf8')).toBe('<svg>mine</svg>');
    expect(plot(PTYR, '-o', svg, '--force').status).toBe(0);
  });

  it.each([
    ['another ending', [PTYR, '-o', 'x.jpg'], "'x.jpg': expected a name that ends in .png or .svg"],
    ['what the file has not', [PTYD, '-o', 'x.png', '--what', 'probe'], 'it has frame, mean, positions'],
    ['a frame too many', [PTYD, '-o', 'x.png', '--frame', '6'], 'holds frames 0 to 5'],
    ['a layer too many', [PTYR, '-o', 'x.png', '--what', 'probe', '--layer', '2'], 'has layers 0 to 1'],
    ['a frame of a reconstruction', [PTYR, '-o', 'x.png', '--frame', '0'], 'is for a .ptyd'],
  ])('refuses %s', (_, args, message) => {
    const { status, stderr } = plot(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it('never writes to the file that it reads, under no name', () => {
    const link = join(folder, 'link.png');
    symlinkSync(PTYR, link);
    const before = readFileSync(PTYR);
    const { status, stderr } = plot(PTYR, '-o', link, '--force');
    expect(stderr).toContain('is the file that is read');
    expect(status).toBe(2);
    expect(readFileSync(PTYR).equals(before)).toBe(true);
  });
});

describe('report', () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const { status, stderr } = ptyflow(['report', PTYR, '-o', REPORT]);
    expect(stderr).toBe(`saved ${REPORT}\n`);
    expect(status).toBe(0);
    if (!has('Chromium')) return;
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });

  /** The page, and what it complained of or asked for. */
  async function open(file: string, colorScheme: 'light' | 'dark' = 'light') {
    peer('Chromium');
    if (browser === undefined) throw new Error('the browser has not started');
    const page = await browser.newPage({ colorScheme });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, complaints, requests };
  }

  it('is one file, with a policy that allows its own script and style alone', () => {
    const text = readFileSync(REPORT, 'utf8');
    expect(text).toMatch(
      /default-src 'none'; img-src data:; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(text).not.toMatch(/<(link|iframe|object|embed|img)|<[^>]*\s(src|href)=|@import/i);
  });

  it('lets nothing of the file become code', async () => {
    const text = readFileSync(REPORT, 'utf8');
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(2);
    const { page, complaints, requests } = await open(REPORT);
    expect(await page.title()).toBe(`${EVIL}: ptychography report`);
    expect(await page.locator('h1').textContent()).toBe(EVIL);
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(REPORT).href]);
    await page.close();
  });

  it('tells values and places, with the keyboard alone', async () => {
    const { page } = await open(REPORT);
    const canvas = page.locator('figure[data-kind=field] canvas[role=img]').first();
    const told = page.locator('figure[data-kind=field] output').first();
    await canvas.focus();
    // The lit part is symmetric about the axis: the cross begins beside pixel (16, 16) of the object.
    await page.keyboard.press('ArrowRight');
    const place = /y (\S+) nm, x (\S+) nm/.exec((await told.textContent()) ?? '');
    const [y, x] = [1, 2].map((i) => Number((place?.[i] ?? '').replace('−', '-')));
    // The different pixel lies at y 0, x 40 nm.
    for (let i = 0; i < Math.abs(Math.round(y / 10)); i++)
      await page.keyboard.press(y > 0 ? 'ArrowUp' : 'ArrowDown');
    for (let i = 0; i < Math.round((40 - x) / 10); i++) await page.keyboard.press('ArrowRight');
    const text = (await told.textContent()) ?? '';
    expect(text).toMatch(/^y −?0\S* nm, x 40\S* nm/);
    const [, amplitude, phase] = /amplitude (\S+), phase (\S+) rad/.exec(text) ?? [];
    expect(Number(amplitude)).toBeCloseTo(0.5, 3);
    expect(Number(phase)).toBeCloseTo(0.75, 2);
    await page.keyboard.press('Escape');
    expect(await told.textContent()).toContain('Point at the picture');
    await page.close();
  });

  it('zooms by wheel and keys, and shows amplitudes, modes and curves', async () => {
    const { page } = await open(REPORT);
    const field = page.locator('figure[data-kind=field]').first();
    const canvas = field.locator('canvas[role=img]');
    const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
    const whole = await picture();
    await canvas.hover({ position: { x: 200, y: 200 } });
    await page.mouse.wheel(0, -100);
    await expect.poll(picture).not.toBe(whole);
    await canvas.focus();
    await page.keyboard.press('0');
    await page.keyboard.press('Escape');
    expect(await picture()).toBe(whole);
    await field.locator('select').selectOption('amplitude');
    expect(await picture()).not.toBe(whole);

    const probe = page.locator('figure[data-kind=field]').nth(1);
    expect(await probe.locator('select').nth(1).locator('option').allTextContents()).toEqual([
      'mode 0, 90 % of the power',
      'mode 1, 10 % of the power',
    ]);

    const curve = page.locator('figure[data-kind=curve]').first();
    await curve.locator('canvas').focus();
    await page.keyboard.press('ArrowRight');
    expect(await curve.locator('output').textContent()).toBe('iteration 2: magnitude 4, R-factor 0.2');
    const points = page.locator('figure[data-kind=points]');
    await points.locator('canvas').focus();
    await page.keyboard.press('ArrowRight');
    expect(await points.locator('output').textContent()).toMatch(/^scan point 4: y −?0\S* nm, x −?0\S* nm$/);
    await page.close();
  });

  it('draws the colours of the data', async () => {
    const { page } = await open(REPORT);
    const field = page.locator('figure[data-kind=field]').first();
    await field.locator('select').selectOption('amplitude');
    const colours = await field.locator('canvas[role=img]').evaluate((canvas: HTMLCanvasElement) => {
      const scale = canvas.width / canvas.clientWidth;
      const context = canvas.getContext('2d');
      // The picture is 560 px wide, below and beside its axes; it has 24 pixels a side.
      return Array.from({ length: 24 * 24 }, (_, i) => {
        const [x, y] = [62 + ((i % 24) + 0.5) * (560 / 24), 10 + (Math.floor(i / 24) + 0.5) * (560 / 24)];
        return context?.getImageData(x * scale, y * scale, 1, 1).data[0];
      });
    });
    // Percentiles leave the different pixel out: amplitudes of 1 lie in the middle of 0.95 to 1.05, in grey 128 of 256.
    const grey = GREYS.colours[128][0];
    expect(colours).toEqual(Array.from({ length: 24 * 24 }, (_, i) => (i === 12 * 24 + 16 ? 0 : grey)));
    await page.close();
  });

  it.each(sampled(1, ['light', 'dark'] as const))(
    'has no serious fault of accessibility in %s',
    async (scheme) => {
      const { page } = await open(REPORT, scheme);
      await page.locator('details').evaluate((element: HTMLDetailsElement) => {
        element.open = true;
      });
      expect(await seriousViolations(page)).toEqual([]);
      await page.close();
    },
  );

  it('shows what differs from the defaults first, statistics, and the resolution of halves beside it', () => {
    copyFileSync(PTYR, join(folder, 'small_half1.ptyr'));
    copyFileSync(PTYR, join(folder, 'small_half2.ptyr'));
    const again = join(folder, 'again.html');
    expect(ptyflow(['report', PTYR, '-o', again]).status).toBe(0);
    const text = readFileSync(again, 'utf8');
    expect(text).toContain('none: both halves are the same object');
    expect(text).toContain('<th scope="row">linear overlap</th><td>75 %</td>');
    const rows = /differs from the defaults[\s\S]*?<\/table>/.exec(text)?.[0] ?? '';
    expect(rows).toContain('<code>engines.first.numiter</code></th><td>7</td><td>20</td>');
    expect(rows).not.toContain('engines.first.alpha');
    expect(text).toContain('<code>engines.first.alpha</code></th><td>1</td>');
  });

  it('never takes the place of what is no report, unless asked', () => {
    const page = join(folder, 'mine.html');
    writeFileSync(page, '<!doctype html>\n<p>mine');
    const { status, stderr } = ptyflow(['report', PTYR, '-o', page]);
    expect(stderr).toContain('is not a report of this program: it is not overwritten');
    expect(status).toBe(2);
    expect(readFileSync(page, 'utf8')).toContain('mine');
    expect(ptyflow(['report', PTYR, '-o', page, '--force']).status).toBe(0);
    expect(ptyflow(['report', PTYR, '-o', page]).status).toBe(0);
    expect(ptyflow(['report', PTYD, '-o', join(folder, 'frames.html')]).stderr).toContain(
      'holds prepared frames',
    );
    expect(existsSync(join(folder, 'frames.html'))).toBe(false);
  });

  it('takes the name of the file, in the working folder', () => {
    expect(ptyflow(['report', PTYR], folder).stderr).toBe('saved small.html\n');
  });

  it('stays small: large objects are averaged, and the page says so', async () => {
    const large = join(folder, 'large.ptyr');
    const small = result();
    const [[id, object]] = Object.entries(small.objects);
    const data = complex([1, 1600, 1600], (i) => [1, (i % 7) / 10]);
    await writePtyr(large, { ...small, objects: { [id]: { ...object, data } }, positions: {} });
    expect(ptyflow(['report', large], folder).status).toBe(0);
    const text = readFileSync(join(folder, 'large.html'), 'utf8');
    expect(text).toContain('2 × 2 pixels are averaged into one here');
    expect(text.length).toBeLessThan(10e6);
  });
});
