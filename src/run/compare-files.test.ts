import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { fromNumbers, ndarray, type NdArray } from '../array/ndarray.ts';
import { ConfigError, FileError } from '../errors.ts';
import type { Result, StoredField } from '../ptyr/result.ts';
import { writePtyr } from '../ptyr/writer.ts';
import { createTestObject } from '../simulation/test-object.ts';
import { createTestProbe } from '../simulation/test-probe.ts';
import { compareFiles } from './compare-files.ts';
import type { RunEvent } from './events.ts';

const folder = temporaryFolder();
const PIXEL = 1e-8;

function field(shape: readonly number[], data: Float64Array): StoredField {
  return { data: ndarray('complex128', shape, data), psizeM: [PIXEL, PIXEL], originM: [0, 0], energyKeV: 8 };
}

/** A reconstruction whose object has these layers; positions 4 pixels apart, measured `offset` and found `refined` pixels away. */
async function write(
  name: string,
  given: { layers?: number; offset?: number | null; refined?: number } = {},
): Promise<string> {
  const { layers = 1, offset = 0, refined = 0 } = given;
  const object = createTestObject(72, 72).data;
  const data = new Float64Array(layers * object.length);
  for (let layer = 0; layer < layers; layer++) data.set(object, layer * object.length);
  const probe = createTestProbe([32, 32], 1e4);
  const places = Array.from({ length: 81 }, (_, i) => [16 + 5 * Math.floor(i / 9), 16 + 5 * (i % 9)]).flat();
  const placed = (by: number): NdArray<'float64'> =>
    fromNumbers(
      'float64',
      places.map((place) => (place + by) * PIXEL),
      [81, 2],
    );
  const result: Result = {
    probes: { SSG00: field([1, 32, 32], probe.data) },
    objects: { SSG00: field([layers, 72, 72], data) },
    positions:
      offset === null
        ? {}
        : {
            S: {
              indices: places.filter((_, i) => i % 2 === 0).map((_, i) => i),
              positions: placed(offset + refined),
              measured: placed(offset),
              probeId: 'SSG00',
              objectId: 'SSG00',
            },
          },
    config: {},
    history: [],
    started: new Date(0),
    software: 'test',
  };
  const file = join(folder, name);
  await writePtyr(file, result);
  return file;
}

async function compare(first: string, second: string, object?: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const output = join(folder, 'pictures', 'frc.png');
  await compareFiles([first, second], { object, output, onEvent: (event) => events.push(event) });
  expect(readFileSync(output).length).toBeGreaterThan(1000);
  return events;
}

describe('compareFiles', () => {
  it('tells the resolution, and warns of nothing where nothing is odd', async () => {
    const events = await compare(await write('a.ptyr'), await write('b.ptyr', { offset: 1 }), 'SSG00');
    expect(events.map(({ event }) => event)).toEqual(['resolution', 'saved']);
    expect(events[0]).toMatchObject({
      object: 'SSG00',
      oneBit: { limit: 'pixel size' },
      psizeM: [PIXEL, PIXEL],
    });
  });

  it.each([
    ['several modes', { layers: 2, offset: 1 }, /odd\.ptyr: SSG00 has 2 modes, the first is compared/],
    ['no positions', { offset: null }, /odd\.ptyr has no positions: what lies half a frame inside/],
    ['the same positions, though refined', { refined: 0.1 }, /both come from frames at the same positions/],
    ['the same positions', {}, /both come from frames at the same positions/],
  ])('says so where there are %s', async (_, given, says) => {
    const events = await compare(await write('a.ptyr'), await write('odd.ptyr', given));
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ event: 'warning' });
    expect(JSON.stringify(events[0])).toMatch(says);
  });

  it('throws what the errors are meant for', async () => {
    const a = await write('a.ptyr');
    await expect(compare(a, join(folder, 'missing.ptyr'))).rejects.toThrow(FileError);
    await expect(compare(a, a, 'SxG00')).rejects.toThrow(ConfigError);
  });
});
