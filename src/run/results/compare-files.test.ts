import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { fromNumbers, ndarray, type NdArray } from '../../array/ndarray.ts';
import { ConfigError, FileError } from '../../errors.ts';
import type { Result, StoredField } from '../../ptyr/result.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import { stream } from '../../simulation/random.ts';
import { createTestObject } from '../../simulation/test-object.ts';
import { createTestProbe } from '../../simulation/test-probe.ts';
import { compareFiles } from './compare-files.ts';
import type { RunEvent } from '../events.ts';

const folder = temporaryFolder();
const PIXEL = 1e-8;

function field(shape: readonly number[], data: Float64Array): StoredField {
  return { data: ndarray('complex128', shape, data), psizeM: [PIXEL, PIXEL], originM: [0, 0], energyKeV: 8 };
}

interface Given {
  layers?: number;
  offset?: number | null;
  refined?: number;
  id?: string;
  psizeM?: number;
  energyKeV?: number;
  /** Of a kind of its own for each level. */
  noise?: number;
  twin?: boolean;
}

/** A reconstruction whose object has these layers; positions 4 pixels apart, measured `offset` and found `refined` pixels away. */
async function write(name: string, given: Given = {}): Promise<string> {
  const {
    layers = 1,
    offset = 0,
    refined = 0,
    id = 'SSG00',
    psizeM = PIXEL,
    noise = 0,
    twin = false,
  } = given;
  const random = stream(Math.round(1e6 * noise));
  const clean = createTestObject(72, 72).data.map((value) => value + noise * random.normal());
  // Backwards, conjugated: what was (re, im) of the last pixel comes first.
  const object = twin
    ? clean.map((_, i) => (i % 2 === 0 ? 1 : -1) * clean[clean.length - 2 - i + 2 * (i % 2)])
    : clean;
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
    objects: {
      [id]: { ...field([layers, 72, 72], data), psizeM: [psizeM, psizeM], energyKeV: given.energyKeV ?? 8 },
    },
    positions:
      offset === null
        ? {}
        : {
            S: {
              indices: places.filter((_, i) => i % 2 === 0).map((_, i) => i),
              positions: placed(offset + refined),
              measured: placed(offset),
              probeId: 'SSG00',
              objectId: id,
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
    const files = [await write('a.ptyr', { noise: 0.02 }), await write('b.ptyr', { offset: 1, noise: 0.03 })];
    const events = await compare(files[0], files[1], 'SSG00');
    expect(events.map(({ event }) => event)).toEqual(['resolution', 'saved']);
    expect(events[0]).toMatchObject({
      object: 'SSG00',
      halfBit: { limit: 'crossing', longestPeriodM: null },
      psizeM: [PIXEL, PIXEL],
      twin: false,
    });
  });

  it('claims no resolution for one object twice', async () => {
    const [a, b] = [await write('a.ptyr'), await write('b.ptyr', { offset: 1 })];
    const none = { limit: 'identical', frequency: null, halfPeriodM: null };
    expect((await compare(a, b))[0]).toMatchObject({ halfBit: none, oneBit: none });
  });

  it('names the twin image', async () => {
    const files = [
      await write('a.ptyr', { noise: 0.02 }),
      await write('b.ptyr', { offset: 1, noise: 0.03, twin: true }),
    ];
    const [event] = await compare(files[0], files[1]);
    expect(event).toMatchObject({ oneBit: { limit: 'nothing in common' }, twin: true });
  });

  it('takes an ID for each file, and refuses pixels of other sizes', async () => {
    const a = await write('a.ptyr', { noise: 0.02 });
    const other = await write('b.ptyr', { offset: 1, noise: 0.03, id: 'SotherG00' });
    for (const id of [undefined, 'SSG00,SotherG00']) {
      expect((await compare(a, other, id))[0]).toMatchObject({ object: 'SSG00 and SotherG00' });
    }
    await expect(compare(a, other, 'SSG00')).rejects.toThrow(
      /b\.ptyr has no object 'SSG00'; it holds SotherG00 .*FIRST,SECOND/,
    );
    await expect(compare(a, other, 'SSG00,')).rejects.toThrow(
      /'SSG00,': expected an ID, or one for each file/,
    );
    const coarse = await write('coarse.ptyr', { offset: 1, psizeM: 1.1 * PIXEL });
    await expect(compare(a, coarse)).rejects.toThrow(/pixels of 10 x 10 nm .*a\.ptyr.* and 11 x 11 nm/);
  });

  it.each([
    ['several modes', { layers: 2, offset: 1 }, /odd\.ptyr: SSG00 has 2 modes, the first is compared/],
    ['other energies', { offset: 1, energyKeV: 9 }, /energies of 8 keV .*a\.ptyr\) and 9 keV/],
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
