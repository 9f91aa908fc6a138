/** Files that a thread writes while the engines go on. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { program } from '../../../test/tools/program.ts';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import type { Progress } from '../../ptyr/progress.ts';
import { readPtyr } from '../../ptyr/reader.ts';
import type { Result } from '../../ptyr/result.ts';
import { ExitReader } from '../../ptyr/resume.ts';
import { validatePtyr } from '../../ptyr/validate.ts';
import { Autosave } from './autosave.ts';
import type { RunEvent } from '../events.ts';
import { ThreadSaver } from './saver.ts';

const folder = temporaryFolder();
const THREAD = pathToFileURL(await program(join(import.meta.dirname, 'save-entry.ts')));

const FIELD = {
  data: ndarray('complex64', [1, 1, 1], Float32Array.of(1, 2)),
  psizeM: [1e-8, 1e-8],
  originM: [0, 0],
  energyKeV: 8,
} as const;

const RESULT: Result = {
  probes: { SSG00: FIELD },
  objects: { SSG00: FIELD },
  positions: {},
  config: { scans: {}, engines: {} },
  history: [],
  started: new Date(0),
  software: 'test',
};

/** `views` exit waves of one pixel each, which hold the number of the view; `asked` hears of each slice. */
function progressOf(views: number, asked: (view: number) => void = () => undefined): Progress {
  return {
    point: {
      run: 'r',
      output: null,
      scans: ['S'],
      engines: [{ key: 'e', name: 'DM' }],
      engine: 'e',
      iteration: 1,
    },
    state: {
      numbers: { scale: 0.5 },
      arrays: {},
      probes: {},
      objects: {},
      exit: [
        {
          scan: 'S',
          indices: Array.from({ length: views }, (_, i) => i),
          phase: undefined,
          waves: {
            dtype: 'complex64',
            shape: [views, 1, 1, 1],
            async *slices() {
              for (let view = 0; view < views; view++) {
                asked(view);
                yield await Promise.resolve(ndarray('complex64', [1, 1, 1, 1], Float32Array.of(view, 0)));
              }
            },
          },
        },
      ],
    },
  };
}

async function wavesIn(file: string, views: number): Promise<number[]> {
  const reader = await ExitReader.open(file);
  const found: number[] = [];
  reader.read(
    'S',
    Array.from({ length: views }, (_, i) => i),
    (_first, { data }: NdArray) => {
      found.push(...Array.from(data, Number).filter((_, i) => i % 2 === 0));
    },
  );
  reader.close();
  return found;
}

describe('ThreadSaver', () => {
  // It starts once: what it does is the same for all.
  const saver = new ThreadSaver(THREAD, () => 16);
  afterAll(() => saver.close());

  it('writes what it was given, with no more slices on their way than there is memory for', async () => {
    const file = join(folder, 'thread.ptyr');
    const asked: number[] = [];
    const { written } = await saver.save(
      file,
      RESULT,
      progressOf(20, (view) => asked.push(view)),
    );
    expect(asked).toHaveLength(20);
    expect(await written).toEqual({ seconds: expect.any(Number) as number });
    expect(await wavesIn(file, 20)).toEqual(asked);
    expect((await readPtyr(file)).probes).toEqual(RESULT.probes);
    expect((await validatePtyr(file)).problems).toEqual([]);
  });

  it('says why a file cannot be written, takes no more of it, and writes the next', async () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, 'a file');
    const { written } = await saver.save(join(blocked, 'x.ptyr'), RESULT, progressOf(50));
    expect((await written).error).toMatchObject({
      message: expect.stringMatching(/is a file, not a folder/) as string,
    });
    const file = join(folder, 'next.ptyr');
    expect(await (await saver.save(file, RESULT, progressOf(3))).written).not.toHaveProperty('error');
    expect(await wavesIn(file, 3)).toEqual([0, 1, 2]);
  });

  it('gives up what is being written, and leaves nothing of it', async () => {
    const place = join(folder, 'given-up');
    mkdirSync(place);
    const saving = saver.save(join(place, 'x.ptyr'), RESULT, progressOf(5000));
    const given = saver.abandon();
    expect(await (await saving).written).toEqual({ seconds: 0, error: 'given up' });
    await given;
    expect(readdirSync(place)).toEqual([]);
    const file = join(place, 'y.ptyr');
    expect(await (await saver.save(file, RESULT, undefined)).written).not.toHaveProperty('error');
    expect(existsSync(file)).toBe(true);
  });

  it('passes on what goes wrong in the engines meanwhile', async () => {
    const progress = progressOf(5, (view) => {
      if (view === 3) throw new Error('a rank has ended');
    });
    const place = join(folder, 'engines');
    mkdirSync(place);
    await expect(saver.save(join(place, 'x.ptyr'), RESULT, progress)).rejects.toThrow('a rank has ended');
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('Autosave', () => {
  const autosave = (config: { interval: number; share: number }, events: RunEvent[] = []): Autosave =>
    new Autosave({
      config: { active: true, ...config },
      communicator: singleCommunicator(),
      onEvent: (event) => events.push(event),
      iterations: 0,
    });

  it('is due at each interval, or the first iteration after it', async () => {
    const saving = autosave({ interval: 10, share: 1 });
    const due: number[] = [];
    for (const iterations of [1, 9, 10, 11, 12, 19, 22, 25, 30, 31]) {
      if (await saving.due(iterations, false)) due.push(iterations);
    }
    expect(due).toEqual([10, 22, 30]);
  });

  it('waits until it takes no more than its share', async () => {
    // No time is long enough for a share so small.
    const saving = autosave({ interval: 1, share: 1e-9 });
    expect(await saving.due(1, false)).toBe(false);
    expect(await saving.due(2, false)).toBe(false);
  });

  it('replaces the file before when the next is complete, and keeps one that is a result by then', async () => {
    const place = join(folder, 'on-the-way');
    const saving = autosave({ interval: 1, share: 1 });
    const save = async (name: string): Promise<void> => {
      await saving.save(1, (write) => write(join(place, name), RESULT, undefined));
    };
    await save('1.ptyr');
    await save('2.ptyr');
    expect(readdirSync(place)).toEqual(['2.ptyr']);
    await saving.release(join(place, '2.ptyr'));
    await save('3.ptyr');
    expect(readdirSync(place).sort()).toEqual(['2.ptyr', '3.ptyr']);
  });

  it('warns once of a disk that fails, keeps what is there, and says nothing when it works again', async () => {
    const events: RunEvent[] = [];
    const saving = autosave({ interval: 1, share: 1 }, events);
    const place = join(folder, 'failing');
    const save = async (name: string): Promise<void> => {
      await saving.save(1, (write) => write(join(place, name), RESULT, undefined));
    };
    await save('1.ptyr');
    await save('1.ptyr/2.ptyr');
    await save('1.ptyr/3.ptyr');
    expect(readdirSync(place)).toEqual(['1.ptyr']);
    expect(events).toEqual([
      {
        event: 'warning',
        message: expect.stringMatching(
          /^the run could not be saved on the way: .*is a file, not a folder; it continues and tries again$/,
        ) as string,
      },
    ]);
    await save('4.ptyr');
    expect(readdirSync(place)).toEqual(['4.ptyr']);
    expect(events).toHaveLength(1);
  });
});
