/** What every loader must do, whatever it reads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampled } from '../tools/sampled.ts';
import { item, toNumbers, type NdArray } from '../../src/array/ndarray.ts';
import { formatNpy } from '../../src/array/npy.ts';
import { ConfigError, PtyflowError } from '../../src/errors.ts';
import { EOS, WAIT, type DataPackage } from '../../src/frames/package.ts';
import { PtydScan } from '../../src/loaders/ptyd/loader.ts';
import { silentLog } from '../../src/log.ts';
import { onRanks } from '../tools/local-ranks.ts';
import { once } from '../tools/once.ts';
import { maskOf, perFrame } from '../../src/scan/prepare/weights.ts';
import type { PtyScan, ScanOptions } from '../../src/scan/pty-scan.ts';

/** A loader at work on a finished scan of 50 frames. */
export interface LoaderSubject {
  /** Makes the scan with further parameters. */
  readonly create: (parameters?: Readonly<Record<string, unknown>>, options?: ScanOptions) => PtyScan;
  /** The same on a file or folder that is not there, and its name; absent where nothing is read. */
  readonly missing?: { readonly create: () => PtyScan; readonly name: string };
  /** (y, x) of every frame, m. */
  readonly positions: readonly (readonly [number, number])[];
  /** Scan points in the order in which their frames are handed out; absent: as they are numbered. */
  readonly order?: readonly number[];
  /** Frame `index` as prepared, to compare with; absent: only what the loader itself gives is compared. */
  readonly frame?: (index: number) => ArrayLike<number>;
}

export const CONTRACT_FRAMES = 50;

/** Everything a scan gives, asked for in portions of `frames`. */
export async function collect(scan: PtyScan, frames: number): Promise<DataPackage[]> {
  const found: DataPackage[] = [];
  await scan.initialize();
  for (let answer = await scan.auto(frames); answer !== EOS; answer = await scan.auto(frames)) {
    if (answer === WAIT) throw new Error('a finished scan never answers WAIT');
    found.push(answer);
  }
  return found;
}

interface Frame {
  readonly index: number;
  readonly data: NdArray;
  readonly weights: NdArray;
  readonly position: readonly number[];
}

/** Notes the scan points that `load` of a scan is asked for; nothing is, where frames come from a prepared file. */
export function askedOf(scan: PtyScan): number[] {
  const asked: number[] = [];
  const load = Reflect.get(scan, 'load') as (indices: readonly number[], ...more: unknown[]) => unknown;
  const noting: typeof load = (indices, ...more) => {
    asked.push(...indices);
    return load.call(scan, indices, ...more);
  };
  Object.defineProperty(scan, 'load', { value: noting });
  return asked;
}

/** Frames that a rank holds, with everything that is theirs, by scan point. */
function framesOf(packages: readonly Pick<DataPackage, 'chunk'>[]): Frame[] {
  const found = packages.flatMap(({ chunk }): Frame[] => {
    const own = chunk.indicesNode;
    const weights = chunk.weights.shape.length === 3 ? chunk.weights : perFrame(chunk.weights, own.length);
    return own.map((index, i) => ({
      index,
      data: item(chunk.data, i),
      weights: { ...item(weights, i), dtype: 'float64', data: Float64Array.from(item(weights, i).data) },
      position: Array.from(toNumbers(item(chunk.positions, chunk.indices.indexOf(index)))),
    }));
  });
  return found.sort((a, b) => a.index - b.index);
}

export function loaderContract(name: string, factory: () => LoaderSubject | Promise<LoaderSubject>): void {
  describe(`${name} keeps the contract of loaders`, () => {
    let subject: LoaderSubject;
    let folder: string;
    let reference: Frame[];
    const create: LoaderSubject['create'] = (parameters, options) =>
      subject.create(parameters, { log: silentLog, ...options });

    beforeEach(
      once(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ptyflow-contract-'));
        subject = await factory();
        reference = framesOf(await collect(create(), CONTRACT_FRAMES));
      }),
    );
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('tells its log what it has to tell, and nobody else', async () => {
      const spies = (['warn', 'error'] as const).map((name) => vi.spyOn(console, name));
      await collect(create(), CONTRACT_FRAMES);
      for (const spy of spies) {
        expect(spy).not.toHaveBeenCalled();
        spy.mockRestore();
      }
    });

    it('opens nothing when it is constructed; initialize names what is missing', async () => {
      if (subject.missing === undefined) return;
      const scan = subject.missing.create();
      const failure: unknown = await scan.initialize().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PtyflowError);
      expect((failure as Error).message).toContain(subject.missing.name);
    });

    it('misses nothing where all is there', async () => {
      expect(await create().origin.missing()).toBeUndefined();
    });

    it('refuses a parameter it does not know, by name', () => {
      expect(() => create({ no_such_parameter: 1 })).toThrow(ConfigError);
      expect(() => create({ no_such_parameter: 1 })).toThrow('no_such_parameter');
    });

    it('wants to be initialized first', async () => {
      await expect(create().auto(1)).rejects.toThrow(PtyflowError);
    });

    it('answers 30 frames asked three times with 30, 20 and EOS, and stays at EOS', async () => {
      const scan = create();
      await scan.initialize();
      expect(scan.numFrames).toBe(CONTRACT_FRAMES);
      const answers = [await scan.auto(30), await scan.auto(30), await scan.auto(30), await scan.auto(30)];
      const sizes = answers.map((answer) => (typeof answer === 'string' ? answer : answer.iterable.length));
      expect(sizes).toEqual([30, 20, EOS, EOS]);
    });

    it('never waits at the end, however many frames are wanted at least', async () => {
      const found = await collect(create({ min_frames: 40 }), 1);
      expect(found.map(({ chunk }) => chunk.indices.length)).toEqual([40, 10]);
    });

    it('numbers chunks and frames without a gap', async () => {
      const found = await collect(create(), 7);
      expect(found.map(({ chunk }) => chunk.num)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      const indices = found.flatMap(({ chunk }) => chunk.indices);
      expect(indices).toEqual(subject.order ?? Array.from({ length: CONTRACT_FRAMES }, (_, i) => i));
    });

    it('asks load for the scan points that its frames are labelled with', async () => {
      const scan = subject.create();
      const asked = askedOf(scan);
      const indices = (await collect(scan, 7)).flatMap(({ chunk }) => chunk.indices);
      if (scan.origin === scan) expect(asked).toEqual(indices);
    });

    it('gives every frame its position', () => {
      reference.forEach(({ index, position }) => {
        const [y, x] = subject.positions[index];
        expect(position[0]).toBeCloseTo(y, 12);
        expect(position[1]).toBeCloseTo(x, 12);
      });
    });

    it('gives the frames there are', () => {
      const { frame } = subject;
      if (frame === undefined) return;
      for (const { index, data } of reference)
        expect(Array.from(toNumbers(data))).toEqual(Array.from(frame(index)));
    });

    it('gives weights that fit the frames, and masks that are weight > 0', async () => {
      for (const { common, chunk, iterable } of await collect(create(), 20)) {
        expect(chunk.data.shape).toEqual([chunk.indices.length, ...common.shape]);
        const { shape } = chunk.weights;
        expect([common.shape, chunk.data.shape].map((s) => s.join())).toContain(shape.join());
        for (const [i, { mask, data }] of iterable.entries()) {
          expect(data?.shape).toEqual(common.shape);
          expect(mask).toEqual(maskOf(shape.length === 2 ? chunk.weights : item(chunk.weights, i)));
        }
      }
    });

    it.each([1, 13, 49, 1000])('gives the same frames in portions of %i', async (frames) => {
      expect(framesOf(await collect(create(), frames))).toEqual(reference);
    });

    it.each(['data', 'common', 'all', null])('gives the same frames with load_parallel %s', async (mode) => {
      expect(framesOf(await collect(create({ load_parallel: mode }), 17))).toEqual(reference);
    });

    it.each(['data', 'common', 'all', null])(
      'shares the frames among three ranks with load_parallel %s',
      async (mode) => {
        const found = await onRanks(3, (communicator) =>
          collect(create({ load_parallel: mode }, { communicator }), 17),
        );
        const owned = found.flatMap((packages) => framesOf(packages));
        expect(owned.sort((a, b) => a.index - b.index)).toEqual(reference);
        for (const packages of found) {
          expect(packages.map(({ chunk }) => chunk.indices)).toEqual(
            found[0].map(({ chunk }) => chunk.indices),
          );
        }
      },
    );

    it('gives a part of each frame as it gives the whole: the middle of it', async () => {
      const [rows, cols] = reference[0].data.shape;
      const shape = [Math.floor(rows / 2), Math.floor(cols / 2)];
      const [top, left] = [
        Math.floor(rows / 2) - Math.floor(shape[0] / 2),
        Math.floor(cols / 2) - Math.floor(shape[1] / 2),
      ];
      const parts = framesOf(await collect(create({ shape, center: 'fftshift' }), 17));
      parts.forEach(({ data }, i) => {
        const whole = toNumbers(reference[i].data);
        const expected = Array.from({ length: shape[0] * shape[1] }, (_, p) => {
          const [r, c] = [Math.floor(p / shape[1]), p % shape[1]];
          return whole[(top + r) * cols + left + c];
        });
        expect(Array.from(toNumbers(data))).toEqual(expected);
      });
    });

    it.each([1, 2])(
      'masks what mask_file marks as bad, beside what it masks itself, in a part of the frame and the whole: 1/%i',
      async (part) => {
        const shape = reference[0].data.shape.map((n) => Math.floor(n / part));
        const given = { shape, center: 'fftshift' };
        const scan = create(given);
        await scan.initialize();
        const [, rows, cols] = (await scan.rawFrames([0])).data.shape;
        const good = Uint8Array.from({ length: rows * cols }, (_, i) => ((i * 7919) % 11 < 8 ? 1 : 0));
        const mask_file = join(folder, `mask-${part}.npy`);
        writeFileSync(mask_file, formatNpy({ dtype: 'uint8', shape: [rows, cols], data: good }));
        const [top, left] = [rows, cols].map((n, axis) => Math.floor(n / 2) - Math.floor(shape[axis] / 2));
        const isGood = Array.from({ length: shape[0] * shape[1] }, (_, p) => {
          // Of a prepared file that is used as it is, nothing is masked any more.
          if (scan.info.source === 'file') return true;
          return good[(top + Math.floor(p / shape[1])) * cols + left + (p % shape[1])] === 1;
        });
        const expected = framesOf(await collect(create(given), 17)).map((frame) => {
          const data = Float64Array.from(toNumbers(frame.weights), (weight, p) => (isGood[p] ? weight : 0));
          return { ...frame, weights: { ...frame.weights, data } };
        });
        const found = await onRanks(2, (communicator) =>
          collect(
            create({ ...given, mask_file, load_parallel: part === 1 ? 'data' : 'all' }, { communicator }),
            17,
          ),
        );
        expect(found.flatMap(framesOf).sort((a, b) => a.index - b.index)).toEqual(expected);
      },
    );

    it('refuses a mask_file that is none of its frames, by its name and with what it expects', async () => {
      const scan = create();
      if (scan.info.source === 'file') return;
      const mask_file = join(folder, 'small.npy');
      writeFileSync(mask_file, formatNpy({ dtype: 'bool', shape: [2, 3], data: new Uint8Array(6) }));
      await expect(collect(create({ mask_file }), 17)).rejects.toThrow(
        /mask_file.*small\.npy has \(2, 3\) pixels/,
      );
      const absent = join(folder, 'absent.h5:mask');
      await expect(collect(create({ mask_file: absent }), 17)).rejects.toThrow(
        /mask_file.*absent\.h5.*no such file/,
      );
    });

    it.each(sampled(1, ['link', 'append', 'merge']))(
      'saves a file (%s) that reads back equal',
      async (save) => {
        const dfile = join(folder, `${save}.ptyd`);
        const saved = await collect(create({ save, dfile }), 20);
        expect(framesOf(saved)).toEqual(reference);
        const back = await collect(new PtydScan({ dfile }, { log: silentLog }), 20);
        expect(framesOf(back)).toEqual(reference);
        expect(back[0].common).toEqual(saved[0].common);
      },
    );

    it('resumes a file that was left unfinished: every frame is loaded once', async () => {
      const dfile = join(folder, 'resumed.ptyd');
      const begun = subject.create({ save: 'append', dfile });
      await begun.initialize();
      await begun.auto(20);
      const resumed = subject.create({ save: 'append', dfile }, { resume: true });
      const rest = await collect(resumed, 20);
      expect(rest.map(({ chunk }) => chunk.indices.length)).toEqual([20, 10]);
      expect(framesOf(await collect(new PtydScan({ dfile }), 20))).toEqual(reference);
    });
  });
}
