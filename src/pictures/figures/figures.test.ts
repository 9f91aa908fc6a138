/** Pictures decoded again: the right colours stand at the right places. */
import { itemPowers } from '../../array/item-powers.ts';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../errors.ts';
import { fromNumbers, zeros, type NdArray } from '../../array/ndarray.ts';
import { CYCLIC, GREYS, INFERNO, VIRIDIS } from '../panels/colour-maps.ts';
import { phaseColour } from '../panels/colours.ts';
import {
  errorHistoryFigure,
  frameFigure,
  objectAmplitudeFigure,
  objectPhaseFigure,
  positionsFigure,
  probeFigure,
} from './figures.ts';
import { frameSvg, MASKED } from './frame-figure.ts';
import { objectAmplitudeSvg, objectPhaseSvg, UNLIT } from './object-figure.ts';
import { positionsSvg } from './positions-figure.ts';
import { probeSvg } from './probe-figure.ts';
import type { Rgb } from '../panels/raster.ts';
import { renderSvg } from '../panels/render.ts';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The images of a figure but for colour bars and wheels, in the order they are drawn. */
function imageBoxes(svg: string): Box[] {
  const pattern = /<image x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g;
  return [...svg.matchAll(pattern)]
    .map(([, x, y, width, height]) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }))
    .filter(({ width }) => width > 100);
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content);
}

/** Colour at (x, y) px. */
function reader(png: Uint8Array): { width: number; height: number; at: (x: number, y: number) => Rgb } {
  const { width, height, data, channels } = decode(png);
  return {
    width,
    height,
    at: (x, y) => {
      const i = (Math.floor(y) * width + Math.floor(x)) * channels;
      return [data[i], data[i + 1], data[i + 2]];
    },
  };
}

/** Every px of every element of a (rows, cols) image has the colour expected: nothing blurred, nothing turned. */
function expectImage(
  picture: ReturnType<typeof reader>,
  box: Box,
  [rows, cols]: readonly [number, number],
  expected: (row: number, col: number) => Rgb,
): void {
  let wrong = 0;
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      const want = expected(Math.floor((y * rows) / box.height), Math.floor((x * cols) / box.width));
      const got = picture.at(box.x + x, box.y + y);
      if (got.some((channel, k) => channel !== want[k])) wrong++;
    }
  }
  expect(wrong).toBe(0);
}

function polar(
  rows: number,
  cols: number,
  wave: (row: number, col: number) => [number, number],
): NdArray<'complex128'> {
  const array = zeros('complex128', [rows, cols]);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const [amplitude, phase] = wave(row, col);
      array.data[2 * (row * cols + col)] = amplitude * Math.cos(phase);
      array.data[2 * (row * cols + col) + 1] = amplitude * Math.sin(phase);
    }
  }
  return array;
}

const level = (value: number, low: number, high: number) =>
  Math.min(255, Math.max(0, Math.floor(((value - low) / (high - low)) * 256)));

describe('frameFigure', () => {
  const counts = (row: number, col: number) => (row === 0 ? 10 ** (col % 5) : row % 3);
  const frame = fromNumbers(
    'int32',
    Array.from({ length: 60 }, (_, i) => counts(Math.floor(i / 10), i % 10)),
    [6, 10],
  );
  const mask = fromNumbers(
    'bool',
    Array.from({ length: 60 }, (_, i) => (i === 23 || i >= 50 ? 0 : 1)),
    [6, 10],
  );
  const input = { frame, mask, psizeM: [75e-6, 75e-6] as const };

  it('has row 0 at the top, log colours, and masked pixels in a colour of their own', async () => {
    const svg = frameSvg(input);
    const [box] = imageBoxes(svg);
    expect(box.width / box.height).toBeCloseTo(10 / 6, 10);
    const picture = reader(await frameFigure(input));
    expect(picture.width).toBeGreaterThanOrEqual(900);
    expectImage(picture, box, [6, 10], (row, col) => {
      const i = row * 10 + col;
      if (i === 23 || i >= 50) return MASKED.colour;
      return INFERNO.colours[level(Math.log(Math.max(1, counts(row, col))), 0, Math.log(1e4))];
    });
    expect(INFERNO.colours).not.toContainEqual(MASKED.colour);
  });

  it('names quantity, unit, limits and mask', () => {
    expect(texts(frameSvg(input))).toEqual(
      expect.arrayContaining(['counts', 'x (µm)', 'y (µm)', '≤ 1', '10000', 'masked', 'diffraction frame']),
    );
    expect(texts(frameSvg({ frame, psizeM: [1e-3, 1e-3], label: 'photons' }))).not.toContain('masked');
  });

  it('counts metres from the optical axis', () => {
    const wide = texts(frameSvg({ frame, psizeM: [1e-3, 1e-3], center: [0, 0] }));
    expect(wide).toEqual(expect.arrayContaining(['x (mm)', '0', '8']));
    expect(wide.filter((label) => label.startsWith('−'))).toEqual([]);
  });

  it('averages large frames over their valid pixels', async () => {
    const large = zeros('float32', [1600, 1600]);
    large.data.forEach((_, i) => (large.data[i] = i % 2 === 0 ? 1 : 199));
    const valid = fromNumbers(
      'bool',
      Uint8Array.from(large.data, (_, i) => (i % 1600 < 800 ? 1 : 0)),
      [1600, 1600],
    );
    const given = { frame: large, mask: valid, psizeM: [1e-4, 1e-4] as const };
    const [box] = imageBoxes(frameSvg(given));
    const picture = reader(await frameFigure(given));
    expect(box.width).toBeLessThanOrEqual(815);
    expect(picture.at(box.x + 0.75 * box.width, box.y + 100)).toEqual(MASKED.colour);
    expect(picture.at(box.x + 0.25 * box.width, box.y + 100)).not.toEqual(MASKED.colour);
  });

  it('refuses what is not a frame', async () => {
    await expect(frameFigure({ ...input, frame: zeros('complex64', [6, 10]) })).rejects.toThrow(DataError);
    await expect(frameFigure({ ...input, mask: zeros('bool', [6, 9]) })).rejects.toThrow(
      'mask [6x9 bool] does not fit the frame [6x10 int32]',
    );
  });
});

describe('object figures', () => {
  const step = (row: number, col: number) => (row < 10 && col >= 20 ? 0.8 : 0);
  const object = polar(24, 30, (row, col) => [
    row < 12 ? 1 : 0.5,
    step(row, col) + 0.4 * row - 0.7 * col + 2,
  ]);
  const geometry = { resolutionM: [50e-9, 50e-9] as const, originM: [1e-6, -2e-6] as const };
  const full = fromNumbers('float32', new Float32Array(24 * 30).fill(4), [24, 30]);

  it('shows the phase without its ramp, upright, in viridis', async () => {
    const input = { object, ...geometry, coverage: full };
    const [box] = imageBoxes(objectPhaseSvg(input));
    const picture = reader(await objectPhaseFigure(input));
    const at = (row: number, col: number) =>
      picture.at(box.x + ((col + 0.5) * box.width) / 30, box.y + ((row + 0.5) * box.height) / 24);
    const index = (row: number, col: number) =>
      VIRIDIS.colours.findIndex((rgb) => String(rgb) === String(at(row, col)));
    const block = [
      [2, 25],
      [8, 28],
      [5, 21],
    ];
    const background = [
      [2, 3],
      [20, 3],
      [20, 27],
      [14, 14],
    ];
    for (const [row, col] of block) expect(index(row, col)).toBeGreaterThan(245);
    for (const [row, col] of background) expect(index(row, col)).toBeLessThan(10);
    for (const [row, col] of background) expect(index(row, col)).toBeGreaterThanOrEqual(0);
  });

  it('shows the amplitude in greys between the stated percentiles', async () => {
    const input = { object, ...geometry, coverage: full };
    const svg = objectAmplitudeSvg(input);
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'object amplitude',
        'amplitude',
        '0.5 (0.5 %)',
        '1 (99.5 %)',
        'x (µm)',
        'y (µm)',
      ]),
    );
    const [box] = imageBoxes(svg);
    expectImage(
      reader(await objectAmplitudeFigure(input)),
      box,
      [24, 30],
      (row) => GREYS.colours[row < 12 ? 255 : 0],
    );
  });

  it('crops to the lit region, marks the unlit rest, and lets nothing unlit set the limits', async () => {
    const wild = polar(40, 50, (row, col) =>
      inside(row, col) ? [1 + 0.01 * row, 0] : [100 * Math.sin(row * col), row * col],
    );
    const coverage = fromNumbers(
      'float64',
      Array.from({ length: 2000 }, (_, i) => (inside(Math.floor(i / 50), i % 50) ? 7 : 0)),
      [40, 50],
    );
    const input = { object: wild, ...geometry, coverage };
    const svg = objectAmplitudeSvg(input);
    const [box] = imageBoxes(svg);
    expect(box.width / box.height).toBeCloseTo(30 / 20, 10);
    const low = texts(svg).find((label) => label.endsWith('(0.5 %)'));
    expect(Number(low?.split(' ')[0])).toBeCloseTo(1.1, 1);
    expect(texts(svg)).toContain('not lit');
    // Row 10 and column 15 begin the crop: (1 + 10·0.05, −2 + 15·0.05) µm.
    expect(texts(svg)).toEqual(expect.arrayContaining(['1.6', '2.4', '−1.2', '0.0']));
    const picture = reader(await objectAmplitudeFigure(input));
    const px = box.width / 30;
    expect(picture.at(box.x + px / 2, box.y + px / 2)).toEqual(UNLIT.colour);
    expect(picture.at(box.x + 3.5 * px, box.y + px / 2)).not.toEqual(UNLIT.colour);
    // Amplitude grows with the row.
    const shade = (row: number) => picture.at(box.x + 15.5 * px, box.y + (row + 0.5) * px)[0];
    expect(shade(1)).toBeLessThan(shade(10));
    expect(shade(10)).toBeLessThan(shade(18));
  });

  function inside(row: number, col: number): boolean {
    const corner = row < 12 && col < 17;
    return row >= 10 && row < 30 && col >= 15 && col < 45 && !corner;
  }

  it('turns to cyclic colours where the phase wraps', async () => {
    const strong = polar(60, 60, (row, col) => [1, 7 * Math.exp(-((row - 30) ** 2 + (col - 30) ** 2) / 300)]);
    const input = {
      object: strong,
      ...geometry,
      coverage: fromNumbers('uint8', new Uint8Array(3600).fill(1), [60, 60]),
    };
    const svg = objectPhaseSvg(input);
    expect(texts(svg)).toEqual(expect.arrayContaining(['−π', '−π/2', 'π/2', 'π', 'phase (rad)']));
    const [box] = imageBoxes(svg);
    const picture = reader(await objectPhaseFigure(input));
    const seen = new Set<string>();
    for (let x = 1; x < box.width; x += 4) seen.add(String(picture.at(box.x + x, box.y + box.height / 2)));
    const known = new Set(CYCLIC.colours.map(String));
    expect([...seen].filter((rgb) => !known.has(rgb))).toEqual([]);
    expect(seen.size).toBeGreaterThan(30);
  });

  it('takes every complex type and non-square elements, equal in metres', () => {
    const flat = { ...object, dtype: 'complex64' as const, data: Float32Array.from(object.data) };
    const [box] = imageBoxes(objectPhaseSvg({ object: flat, ...geometry, resolutionM: [100e-9, 50e-9] }));
    expect(box.width / box.height).toBeCloseTo(30 / 48, 2);
  });

  it('refuses what is not an object, or a coverage that does not fit', async () => {
    const wrong = { object: zeros('complex64', [1, 24, 30]), ...geometry };
    await expect(objectPhaseFigure(wrong)).rejects.toThrow(
      /complex \(rows, cols\) array, got \[1x24x30 complex64\]/,
    );
    await expect(
      objectPhaseFigure({ object, ...geometry, coverage: zeros('float32', [24, 31]) }),
    ).rejects.toThrow(DataError);
  });
});

describe('probeFigure', () => {
  const probe = zeros('complex64', [2, 8, 8]);
  // Mode 0: phase π/2 at the top left, π elsewhere; mode 1: a third of the amplitude, phase 0 below row 4, else dark.
  for (let i = 0; i < 64; i++) {
    if (i === 0) probe.data[1] = 3;
    else probe.data[2 * i] = -3;
    if (i >= 32) probe.data[128 + 2 * i] = 1;
  }

  it('shows phase as hue and amplitude over the largest of the mode as brightness', async () => {
    const boxes = imageBoxes(probeSvg({ probe, resolutionM: [1e-8, 1e-8] }));
    expect(boxes).toHaveLength(2);
    const picture = reader(await probeFigure({ probe, resolutionM: [1e-8, 1e-8] }));
    expectImage(picture, boxes[0], [8, 8], (row, col) =>
      phaseColour(row + col === 0 ? Math.PI / 2 : Math.PI, 1),
    );
    expectImage(picture, boxes[1], [8, 8], (row) => (row < 4 ? [0, 0, 0] : phaseColour(0, 1)));
  });

  it('says how much power each mode has', () => {
    const [first, second] = itemPowers(probe);
    expect(first).toBeCloseTo((64 * 9) / (64 * 9 + 32), 10);
    expect(first + second).toBeCloseTo(1, 12);
    expect(texts(probeSvg({ probe, resolutionM: [1e-8, 1e-8] }))).toEqual(
      expect.arrayContaining([
        'mode 0: 94.7 %',
        'mode 1: 5.3 %',
        'x (nm)',
        'y (nm)',
        'phase (rad)',
        'π/2',
        '−π/2',
      ]),
    );
    expect(itemPowers(zeros('complex64', [3, 2, 2]))).toEqual([0, 0, 0]);
  });

  it('takes a single mode without a mode axis, and refuses real arrays', async () => {
    expect(texts(probeSvg({ probe: polar(8, 8, () => [1, 0]), resolutionM: [1e-8, 1e-8] }))).toContain(
      'mode 0: 100.0 %',
    );
    await expect(
      probeFigure({ probe: zeros('float32', [2, 8, 8]), resolutionM: [1e-8, 1e-8] }),
    ).rejects.toThrow(DataError);
  });
});

describe('positionsFigure', () => {
  it('puts y downwards, x to the right, equal in metres, coloured by order', async () => {
    const positions = fromNumbers('float64', [0, 0, 0, 4e-6, 2e-6, 4e-6], [3, 2]);
    const svg = positionsSvg({ positions });
    const points = [
      ...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)" r="[^"]*" fill="rgb\(([^)]*)\)"/g),
    ].map(([, x, y, rgb]) => ({ x: Number(x), y: Number(y), rgb: rgb.split(',').map(Number) }));
    expect(points).toHaveLength(3);
    const [a, b, c] = points;
    expect(b.y).toBeCloseTo(a.y, 6);
    expect(b.x).toBeGreaterThan(a.x + 100);
    expect(c.y - b.y).toBeCloseTo((b.x - a.x) / 2, 0);
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['x (µm)', 'y (µm)', 'scan point', 'scan positions (3)', 'first', 'last']),
    );
    const picture = reader(await positionsFigure({ positions }));
    points.forEach(({ x, y, rgb }, i) => {
      expect(picture.at(x, y)).toEqual(rgb);
      expect(rgb).toEqual(VIRIDIS.colours[[0, 128, 255][i]]);
    });
  });

  it('leads lines from measured positions to those they were moved to', () => {
    const positions = fromNumbers('float64', [0, 0, 0, 4e-6], [2, 2]);
    const measured = fromNumbers('float64', [0, 0, -2e-6, 3e-6], [2, 2]);
    const svg = positionsSvg({ positions, measured });
    const [, lines] = /<path d="(M[^"]*)" fill="none" stroke="#606060"/.exec(svg) ?? [];
    const ends = lines
      .split('M')
      .slice(1)
      .map((line) => line.split('L').map((end) => end.split(' ').map(Number)));
    const points = [...svg.matchAll(/<circle cx="([^"]*)" cy="([^"]*)" r="[^"]*" fill="rgb/g)].map(
      ([, x, y]) => [Number(x), Number(y)],
    );
    expect(ends).toHaveLength(2);
    ends.forEach(([, to], i) => {
      to.forEach((value, axis) => {
        expect(Math.abs(value - points[i][axis])).toBeLessThan(0.1);
      });
    });
    const perMetre = (points[1][0] - points[0][0]) / 4e-6;
    const [[fromX, fromY], [toX, toY]] = ends[1];
    expect((toX - fromX) / perMetre).toBeCloseTo(1e-6, 8);
    expect((toY - fromY) / perMetre).toBeCloseTo(2e-6, 8);
    expect(texts(svg)).toContain('refined positions, lines from measured (2)');
    expect(() => positionsSvg({ positions, measured: zeros('float64', [3, 2]) })).toThrow(
      '3 measured positions of 2 points to draw',
    );
  });

  it('draws very many points, and refuses none at all', async () => {
    const many = Float64Array.from({ length: 20_000 }, (_, i) => Math.cos(i * 0.7) * 1e-6);
    const positions = fromNumbers('float64', many, [10_000, 2]);
    const [box] = imageBoxes(positionsSvg({ positions }));
    const picture = reader(await positionsFigure({ positions }));
    let coloured = 0;
    for (let y = 0; y < box.height; y += 3) {
      for (let x = 0; x < box.width; x += 3)
        if (String(picture.at(box.x + x, box.y + y)) !== '255,255,255') coloured++;
    }
    expect(coloured).toBeGreaterThan(100);
    await expect(positionsFigure({ positions: zeros('float64', [0, 2]) })).rejects.toThrow(DataError);
  });
});

describe('rendering', () => {
  it('starts on white, writes text in the font given, and can run many figures at once', async () => {
    const history = [{ engine: 'DM', iteration: 1, errors: { magnitude: 1 } }];
    const pngs = await Promise.all(Array.from({ length: 4 }, () => errorHistoryFigure(history)));
    const picture = reader(pngs[0]);
    expect(pngs.map((png) => png.length)).toEqual(pngs.map(() => pngs[0].length));
    expect(picture.width).toBe(900);
    expect(picture.at(1, 1)).toEqual([255, 255, 255]);
    let dark = 0;
    for (let y = 10; y < 32; y++) for (let x = 350; x < 550; x++) if (picture.at(x, y)[0] < 100) dark++;
    expect(dark).toBeGreaterThan(150);
  });

  it('rejects a broken document', async () => {
    await expect(renderSvg('<svg')).rejects.toThrow(/cannot render the picture/);
  });
});
