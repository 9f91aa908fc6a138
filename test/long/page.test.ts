/** A scan that is measured while the page looks: from the first frames to the end, under the page's control. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { expect, it, onTestFinished } from 'vitest';
import { readPtyr } from '../../src/ptyr/reader.ts';
import { colourTable } from '../../viewer/src/heatmap/colours.ts';
import { complaintsOf, launchChromium, seriousViolations } from '../tools/browser.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { has } from '../tools/peer.ts';
import { COMMAND } from '../tools/ptyflow.ts';
import { serve } from '../tools/served.ts';

const folder = temporaryFolder();
const FRAMES = 25;

/** A busy machine may take its time, ms. */
const PATIENCE = 300_000;

/** Reconstructs until it is told to stop. */
function configure(): string {
  const config = join(folder, 'live.json');
  const file = join(folder, 'scan.h5');
  const data = {
    ...{ name: 'SwmrLoader', dfile: join(folder, 'live.ptyd'), save: 'append' },
    intensities: { file, key: 'entry/data', live_key: 'entry/key' },
    positions: { slow_key: 'entry/y', fast_key: 'entry/x' },
    recorded_energy: { key: 'entry/energy' },
    recorded_distance: { key: 'entry/distance' },
    recorded_psize: { key: 'entry/psize' },
  };
  const tree = {
    run: 'live',
    scans: { S: { data, illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
    engines: { sweep: { name: 'EPIE', numiter: 1_000_000 } },
    io: { home: join(folder, 'home'), pictures: false },
  };
  writeFileSync(config, JSON.stringify(tree));
  return config;
}

it.skipIf(!has('Chromium'))(
  'is followed and controlled in the page, which shows what is saved',
  async () => {
    const { child, url, lines } = await serve(
      'run',
      configure(),
      '--ranks',
      '1',
      '--follow',
      '--serve',
      '0',
      '--control',
    );
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE);
    const complaints = complaintsOf(page);
    await page.goto(url.href);
    const status = page.locator('.status');
    await status.waitFor();

    // The detector begins when the page is open.
    const scan = ['simulate', join(folder, 'scan.h5'), '--live', '--frames', String(FRAMES), '--shape', '64'];
    const detector = spawn(process.execPath, [COMMAND, ...scan, '--rate', '10', '--quiet']);
    onTestFinished(() => {
      detector.kill('SIGKILL');
    });
    await page.getByText(new RegExp(String.raw`S: [1-9]\d* (of \d+ )?frames`)).waitFor();
    await page.locator('canvas[role=img]').first().waitFor();
    await page.getByText(new RegExp(`S: ${FRAMES} (of ${FRAMES} )?frames`)).waitFor();

    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await status.filter({ hasText: 'paused' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save now' }).press('Enter');
    await page.getByText(/^saved /).waitFor();

    // What the canvas shows is what was saved, pixel by pixel.
    const home = join(folder, 'home');
    const name = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((one) =>
      one.endsWith('.ptyr'),
    );
    const { objects, history } = await readPtyr(join(home, name ?? ''));
    const [{ data, psizeM }] = Object.values(objects);
    const [, rows, cols] = data.shape;
    await page.evaluate("location.hash = 'object'");
    await page.getByLabel('Show').selectOption('amplitude');
    await page.getByLabel('Colours').selectOption('grey');
    await page.getByLabel('Contrast').selectOption('all values');
    const canvas = page.locator('canvas[role=img]').first();
    await canvas.waitFor();
    await canvas.evaluate((element) => {
      // What is laid over the picture is no part of it.
      for (const other of element.parentElement?.children ?? []) {
        if (other instanceof HTMLElement || other instanceof SVGElement) {
          other.style.visibility = other === element ? 'visible' : 'hidden';
        }
      }
    });
    const amplitudes = Array.from({ length: rows * cols }, (_, i) =>
      Math.hypot(data.data[2 * i] as number, data.data[2 * i + 1] as number),
    );
    const [low, high] = [Math.min(...amplitudes), Math.max(...amplitudes)];
    const table = colourTable('grey');
    const { width, height, data: shown, channels } = decode(await canvas.screenshot());
    expect(width / height).toBeCloseTo((cols * psizeM[1]) / (rows * psizeM[0]), 1);
    // In the middle of each pixel of the object.
    const wrong = amplitudes.filter((amplitude, i) => {
      const [y, x] = [((Math.floor(i / cols) + 0.5) / rows) * height, (((i % cols) + 0.5) / cols) * width];
      const level = Math.min(255, Math.floor(((amplitude - low) / (high - low)) * 256));
      const grey = shown[(Math.floor(y) * width + Math.floor(x)) * channels];
      // Single precision may decide for the level beside it.
      return Math.abs(grey - table[4 * level]) > 2;
    }).length;
    expect(wrong).toBe(0);
    expect(complaints).toEqual([]);

    // A parameter of the engine, and a value that it cannot take.
    await page.evaluate("location.hash = 'parameters'");
    const change = async (text: string): Promise<void> => {
      await page.getByRole('button', { name: 'Change alpha' }).press('Enter');
      await page.getByRole('textbox', { name: 'New value of alpha' }).fill(text);
      await page.keyboard.press('Enter');
    };
    await change('0.75');
    await page.getByText('changed engines.sweep.alpha = 0.75').waitFor();
    await page.getByRole('row', { name: /^alpha .*0\.75/ }).waitFor();
    await change('much');
    await page.getByText(/^Refused: .*engines\.sweep\.alpha/).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    // Three iterations more, then the end.
    const done = history.length;
    // The engine counts its own from when all frames were there.
    const own = Number(/iteration (\d+) of/.exec((await status.textContent()) ?? '')?.[1]);
    await page.getByLabel(/Iterations of/).fill(String(own + 3));
    await page.getByRole('button', { name: 'Set' }).press('Enter');
    await page.getByText(/^changed /).waitFor();
    const ended = once(child, 'exit');
    await page.getByRole('button', { name: 'Resume' }).press('Enter');
    await status.filter({ hasText: 'ended' }).waitFor();
    expect(await ended).toEqual([0, null]);
    expect(lines.join('\n')).toContain('done in');
    const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
    expect(files.join(' ')).toContain(`${done + 3}.ptyr`);
  },
  PATIENCE,
);
