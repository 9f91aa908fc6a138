/** What a scan touches, and when. */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayScan, gridPositions, numberedFrames, packagesOf } from '../../test/tools/array-scan.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { hearing } from '../../test/tools/warnings.ts';
import { ConfigError, DataError, FileError } from '../errors.ts';
import { EOS } from '../frames/package.ts';
import { openFile } from '../hdf5/file.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import { PtyScan } from './pty-scan.ts';

const folder = temporaryFolder();
const source = { frames: numberedFrames(6, 4, 4), positions: gridPositions(6) };
const whole = { shape: null };

async function initialized(parameters: object): Promise<ArrayScan> {
  const scan = new ArrayScan({ ...parameters }, source);
  await scan.initialize();
  return scan;
}

describe('the life of a scan', () => {
  it('opens nothing when constructed, not even a folder that cannot be written', () => {
    const sealed = join(folder, 'sealed');
    mkdirSync(sealed);
    chmodSync(sealed, 0o500);
    const scan = new ArrayScan({ ...whole, save: 'link', dfile: join(sealed, 'deep', 'a.ptyd') }, source);
    expect(scan.numFrames).toBeNull();
    expect(readdirSync(sealed)).toEqual([]);
  });

  it('loads positions, weight and common part on the master, then tells every rank', async () => {
    const calls: string[] = [];
    const scans = await onRanks(3, async (communicator) => {
      const scan = new ArrayScan(
        whole,
        { ...source, common: { energy: 9.5, note: 'x' }, calls },
        { communicator },
      );
      await scan.initialize();
      return scan;
    });
    expect(calls.slice(0, 3)).toEqual(['loadPositions on 0', 'loadWeight on 0', 'loadCommon on 0']);
    expect(calls.slice(3).sort()).toEqual([0, 1, 2].map((rank) => `postInitialize on ${rank}`));
    for (const scan of scans) {
      expect(scan.positions).toEqual(source.positions);
      expect(scan.numFrames).toBe(6);
      expect(scan.info.energy).toBe(9.5);
      expect(scan.rawMeta).toEqual({ energy: 9.5, note: 'x' });
    }
  });

  it.each(['common', 'all'])('loads the common part on every rank with load_parallel %s', async (mode) => {
    const calls: string[] = [];
    await onRanks(2, (communicator) =>
      new ArrayScan({ ...whole, load_parallel: mode }, { ...source, calls }, { communicator }).initialize(),
    );
    const loads = calls.filter((call) => call.startsWith('load')).sort();
    expect(loads).toEqual(
      ['Common', 'Positions', 'Weight'].flatMap((name) => [0, 1].map((rank) => `load${name} on ${rank}`)),
    );
  });

  it('makes a file with the first chunk, with save only', async () => {
    const dfile = join(folder, 'new', 'created.ptyd');
    await packagesOf(await initialized({ ...whole, dfile }), 2);
    expect(existsSync(dfile)).toBe(false);
    const scan = await initialized({ ...whole, dfile, save: 'append' });
    expect(existsSync(dfile)).toBe(false);
    await scan.auto(2);
    const file = await openFile(dfile, 'r');
    expect(file.keys('/').sort()).toEqual(['chunks', 'info', 'meta']);
    expect(file.keys('chunks')).toEqual(['0']);
    file.close();
  });

  it('never saves to a file that it reads, by whatever name', async () => {
    const raw = join(folder, 'raw.h5');
    writeFileSync(raw, 'measured');
    symlinkSync(raw, join(folder, 'soft.ptyd'));
    linkSync(raw, join(folder, 'hard.ptyd'));
    class Reader extends ArrayScan {
      override get sources(): string[] {
        return [raw];
      }
    }
    for (const dfile of [
      raw,
      join(folder, '.', 'raw.h5'),
      join(folder, 'soft.ptyd'),
      join(folder, 'hard.ptyd'),
    ]) {
      const scan = new Reader({ ...whole, dfile, save: 'append' }, source);
      await expect(scan.initialize()).rejects.toThrow(/is read by this scan/);
    }
    expect(readFileSync(raw, 'utf8')).toBe('measured');
  });

  it('knows a file that was prepared with the same parameters', async () => {
    const dfile = join(folder, 'same.ptyd');
    const given = { ...whole, dfile, save: 'append', psize: 1e-4, center: [1, 2], label: 'S' };
    const scan = await initialized(given);
    expect(await scan.isPrepared()).toBe(false);
    await scan.auto(2);
    expect(await (await initialized(given)).isPrepared()).toBe(false);
    await packagesOf(scan, 2);
    const changes: [object, boolean][] = [
      [{}, true],
      [{ load_parallel: 'all', min_frames: 2 }, true],
      [{ psize: 2e-4 }, false],
      [{ rebin: 2 }, false],
      [{ center: 'fftshift' }, false],
      [{ num_frames: 5 }, false],
    ];
    for (const [change, is] of changes) {
      expect(await (await initialized({ ...given, ...change })).isPrepared(), JSON.stringify(change)).toBe(
        is,
      );
    }
    const other = { ...source, positions: gridPositions(7) };
    const moved = new ArrayScan(given, other);
    await moved.initialize();
    expect(await moved.isPrepared()).toBe(false);
  });

  const missing = new FileError('frames.h5 does not exist', { file: 'frames.h5' });
  class NoPositions extends ArrayScan {
    protected override loadPositions(): never {
      throw missing;
    }
  }
  class NoSetup extends ArrayScan {
    protected override postInitialize(): never {
      throw missing;
    }
  }
  it.each([
    ['missing input', NoPositions, {}],
    ['a failing set-up', NoSetup, {}],
    ['a region that cannot be binned', ArrayScan, { rebin: 3 }],
    ['a centre outside the frame', ArrayScan, { center: [4, 2] }],
    ['a pattern for chunk files without a number', ArrayScan, { chunk_format: '.part' }],
    ['the same where ranks write', ArrayScan, { chunk_format: '.part', parallel_write: true }],
  ])('leaves the existing file alone after %s', async (_, scanClass, parameters) => {
    const dfile = join(folder, 'kept.ptyd');
    writeFileSync(dfile, 'kept');
    const scan = new scanClass(
      { ...whole, dfile, save: 'link', ...parameters },
      { ...source, common: { frameShape: [4, 4] } },
    );
    await expect(scan.initialize()).rejects.toThrow();
    expect(readFileSync(dfile, 'utf8')).toBe('kept');
    expect(existsSync(`${dfile}.old`)).toBe(false);
  });

  it('ends every rank with the error of the one that failed', async () => {
    const run = onRanks(3, (communicator) => new NoPositions(whole, source, { communicator }).initialize());
    await expect(run).rejects.toBe(missing);
  });

  it('wants a file name to save to', async () => {
    const scan = new ArrayScan({ save: 'append' }, source);
    await expect(scan.initialize()).rejects.toThrow(ConfigError);
    await expect(scan.initialize()).rejects.toThrow('save: append needs a file name in dfile');
  });

  it('says what a class without load must override', async () => {
    class Empty extends PtyScan {
      protected override loadPositions(): [number, number][] {
        return [[0, 0]];
      }
    }
    const scan = new Empty({ ...whole, energy: 7, distance: 2, psize: 1e-4 });
    await scan.initialize();
    await expect(scan.auto(1)).rejects.toThrow(DataError);
    await expect(scan.auto(1)).rejects.toThrow('override load(indices)');
  });

  it.each([
    ['append', 'a.ptyd.frames'],
    ['link', 'a.ptyd.chunk00'],
    ['merge', 'a.ptyd.chunk00'],
  ])('stops between chunks when it is aborted; what was saved (%s) can be read', async (save, part) => {
    const place = join(folder, `aborted-${save}`);
    const dfile = join(place, 'a.ptyd');
    const stop = new AbortController();
    const scan = new ArrayScan({ ...whole, dfile, save }, source, { signal: stop.signal });
    await scan.initialize();
    await scan.auto(4);
    stop.abort();
    await expect(scan.auto(4)).rejects.toThrow('preparation was stopped');
    const file = await openFile(dfile, 'r');
    expect(file.info('chunks/0/data').shape).toEqual([4, 4, 4]);
    file.close();
    expect(readdirSync(place).sort()).toEqual(['a.ptyd', part]);
  });

  it.each([
    ['append', [2, 2, 2]],
    ['merge', [6]],
  ])('saves (%s) what comes after an error that passed', async (save, chunks) => {
    let fails = true;
    class Shaky extends ArrayScan {
      protected override load(indices: readonly number[]) {
        if (indices[0] === 2 && fails) throw missing;
        return super.load(indices);
      }
    }
    const dfile = join(folder, `shaky-${save}.ptyd`);
    const scan = new Shaky({ ...whole, dfile, save }, source);
    await scan.initialize();
    await scan.auto(2);
    await expect(scan.auto(2)).rejects.toBe(missing);
    fails = false;
    expect(await packagesOf(scan, 2)).toHaveLength(2);
    const file = await openFile(dfile, 'r');
    expect(file.keys('chunks').map((k) => file.info(`chunks/${k}/data`).shape)).toEqual(
      chunks.map((frames) => [frames, 4, 4]),
    );
    file.close();
  });

  it('stays at its end', async () => {
    const scan = new ArrayScan(whole, source);
    await scan.initialize();
    expect(await packagesOf(scan, 100)).toHaveLength(1);
    expect(await scan.auto(1)).toBe(EOS);
  });
});

describe('geometry that nobody gave', () => {
  class Raw extends ArrayScan {
    static override readonly parameters = SCAN_DATA;
  }
  const source = { frames: numberedFrames(2, 4, 4), positions: gridPositions(2) };

  it('is an error before anything is prepared, which names it and the ways to say it', async () => {
    const calls: string[] = [];
    const scan = new Raw({ shape: null, energy: 7 }, { ...source, calls });
    const failure: unknown = await scan.initialize().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).issues.map(({ path }) => path)).toEqual(['distance', 'psize']);
    expect((failure as Error).message).toContain(
      'distance: is not known: it was not given, and Raw did not find it in the data; give it in the parameters (m), or return distance from loadCommon',
    );
    expect(calls.filter((call) => call.startsWith('load '))).toEqual([]);
  });

  it('is none where loadCommon returns it', async () => {
    const common = { distance: 2, psize: 1e-4 };
    const scan = new Raw({ shape: null, energy: 7 }, { ...source, common });
    await scan.initialize();
    expect(scan.info).toMatchObject({ energy: 7, distance: 2, psize: [1e-4, 1e-4] });
  });

  it('is said to be unlikely where the unit slipped, and refused where it is impossible', async () => {
    const given = { shape: null, energy: 7200, distance: 2, psize: 1e-4 };
    const { log, warnings } = hearing();
    await new Raw(given, source, { log }).initialize();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('energy 7200 keV is unlikely');
    const impossible = new Raw({ ...given, energy: 7, psize: 172 }, source);
    await expect(impossible.initialize()).rejects.toThrow('0.000172 m if 172 is in µm');
  });
});

describe('asking for frames', () => {
  it.each([0, -1, 1.5, NaN, Infinity])('auto(%d) is an error', async (frames) => {
    const scan = new ArrayScan(
      { shape: null },
      { frames: numberedFrames(2, 4, 4), positions: gridPositions(2) },
    );
    await scan.initialize();
    await expect(scan.auto(frames)).rejects.toThrow(/whole number of frames of at least 1/);
    expect(await scan.auto(2)).not.toBe(EOS);
  });

  it('a scan is initialized once', async () => {
    const scan = new ArrayScan(
      { shape: null },
      { frames: numberedFrames(2, 4, 4), positions: gridPositions(2) },
    );
    await scan.initialize();
    await expect(scan.initialize()).rejects.toThrow('a scan is initialized once');
  });
});
