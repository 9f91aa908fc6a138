/** What every scan must do that goes on while it is prepared, whatever its frames come from. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbortedError } from '../../src/errors.ts';
import { ScanRegistry } from '../../src/loaders/registry.ts';
import { silentLog } from '../../src/log.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { drainScan } from '../../src/run/scans/prepare.ts';
import { EOS, WAIT, type DataPackage } from '../../src/frames/package.ts';
import type { PtyScan, ScanOptions } from '../../src/scan/pty-scan.ts';
import { onRanks } from '../tools/local-ranks.ts';
import { hearing } from '../tools/warnings.ts';
import { askedOf } from './loader.ts';

/** Scan points of a scan that is followed: at most so many. */
export const FOLLOWED_FRAMES = 12;
/** (rows, cols) of its frames. */
export const FOLLOWED_SHAPE = [4, 6] as const;

/** Every pixel of the frame of a scan point. */
export const followedValue = (point: number): number => point + 1;
/** (y, x) of a scan point, m. */
export const followedPosition = (point: number): [number, number] => [point * 1e-6, point * -2e-6];

/** A measurement that goes on, played by the suite. No frame has come when it is opened. */
export interface FollowedSubject {
  /** The scan that follows it; there is one frame at least. */
  readonly create: (options: ScanOptions) => PtyScan;
  /** Frames of these scan points come, one after the other. */
  readonly write: (...points: readonly number[]) => void | Promise<void>;
  /** A frame begins to come, and its rest comes; absent: frames come whole. */
  readonly halves?: {
    readonly first: (point: number) => void | Promise<void>;
    readonly rest: (point: number) => void | Promise<void>;
  };
  /** A frame that was there comes once more; absent: that cannot be. */
  readonly repeat?: (point: number) => void | Promise<void>;
  /** No frame comes any more. */
  readonly end: () => void | Promise<void>;
  /** The source goes away. */
  readonly vanish: () => void | Promise<void>;
  /** And is there again, as it was; absent: it is gone for good. */
  readonly comeBack?: () => void | Promise<void>;
  /** What an error of a source that went away must name. */
  readonly name: string;
  readonly close?: () => void | Promise<void>;
}

interface Taken {
  readonly points: readonly number[];
  readonly answer: typeof WAIT | typeof EOS;
}

/** All that there is. Each frame must have its own pixels and position. */
async function take(scan: PtyScan, frames = FOLLOWED_FRAMES): Promise<Taken> {
  const points: number[] = [];
  for (;;) {
    const answer = await scan.auto(frames);
    if (answer === WAIT || answer === EOS) return { points, answer };
    check(answer);
    points.push(...answer.chunk.indices);
  }
}

function check({ iterable }: DataPackage): void {
  for (const { index, data, position } of iterable) {
    if (data !== undefined) expect(new Set(data.data)).toEqual(new Set([followedValue(index)]));
    followedPosition(index).forEach((metres, axis) => {
      expect(position.data[axis]).toBeCloseTo(metres, 12);
    });
  }
}

const sorted = (points: readonly number[]): number[] => [...points].sort((a, b) => a - b);

/** Longer than anything unreadable is waited for, ms. */
const PATIENCE_MS = 11_000;

export function followingContract(
  name: string,
  open: () => FollowedSubject | Promise<FollowedSubject>,
): void {
  describe(`${name} keeps the contract of scans that are followed`, () => {
    let subject: FollowedSubject;

    beforeEach(async () => {
      subject = await open();
    });
    afterEach(async () => {
      vi.useRealTimers();
      await subject.close?.();
    });

    /** A scan that has begun with the frame of scan point 3. */
    async function begun(options: ScanOptions = {}): Promise<PtyScan> {
      await subject.write(3);
      const scan = subject.create({ follow: true, log: silentLog, ...options });
      await scan.initialize();
      return scan;
    }

    it('gives frames that come in any order once each, then its end, once and for all', async () => {
      const scan = await begun();
      const points: number[] = [];
      for (const next of [[5, 1], [0], [], [11, 2, 7]]) {
        if (next.length > 0) await subject.write(...next);
        const found = await take(scan);
        expect(found.answer).toBe(WAIT);
        points.push(...found.points);
      }
      expect(sorted(points)).toEqual([0, 1, 2, 3, 5, 7, 11]);
      await subject.write(4);
      await subject.end();
      expect(await take(scan)).toEqual({ points: [4], answer: EOS });
      expect(await take(scan)).toEqual({ points: [], answer: EOS });
    });

    it('hands out no more than it is asked for, and says how many are left', async () => {
      const scan = await begun();
      await subject.write(4, 5, 6, 7);
      const first = await scan.auto(2);
      if (first === WAIT || first === EOS) throw new Error(`expected frames, got ${first}`);
      expect(first.chunk.indices).toHaveLength(2);
      expect(scan.behind).toBe(3);
      const { points, answer } = await take(scan, 2);
      expect(sorted([...first.chunk.indices, ...points])).toEqual([3, 4, 5, 6, 7]);
      expect([answer, scan.behind]).toEqual([WAIT, 0]);
    });

    it('waits for as many frames as are worth it, but not at the end', async () => {
      const scan = await begun();
      await subject.write(4);
      expect(await scan.auto(5, 3)).toBe(WAIT);
      expect(scan.behind).toBe(2);
      await subject.end();
      expect(sorted((await take(scan)).points)).toEqual([3, 4]);
    });

    it('loads what its frames are labelled with', async () => {
      const scan = await begun();
      const asked = askedOf(scan);
      await subject.write(8, 6);
      const { points } = await take(scan, 2);
      if (scan.origin === scan) expect(asked).toEqual(points);
      expect(sorted(points)).toEqual([3, 6, 8]);
    });

    it('waits for the rest of a frame', async () => {
      const { halves } = subject;
      if (halves === undefined) return;
      const scan = await begun();
      await halves.first(1);
      expect(await take(scan)).toEqual({ points: [3], answer: WAIT });
      await subject.write(2);
      expect(await take(scan)).toEqual({ points: [2], answer: WAIT });
      await halves.rest(1);
      expect(await take(scan)).toEqual({ points: [1], answer: WAIT });
    });

    it('says that a frame came again, and gives it once', async () => {
      if (subject.repeat === undefined) return;
      const { log, warnings } = hearing();
      const scan = await begun({ log });
      expect((await take(scan)).points).toEqual([3]);
      await subject.repeat(3);
      await subject.write(4);
      expect((await take(scan)).points).toEqual([4]);
      expect(warnings.filter((text) => text.includes('is left out'))).toHaveLength(1);
    });

    it('ends with an error that names a source that has gone', async () => {
      const scan = await begun();
      await take(scan);
      await subject.vanish();
      vi.useFakeTimers({ toFake: ['performance'] });
      const looks = async (): Promise<unknown> => {
        // The first look may take it for a moment's trouble, the second one not.
        const first = await scan.auto(1);
        vi.advanceTimersByTime(PATIENCE_MS);
        return [first, await scan.auto(1)];
      };
      await expect(looks()).rejects.toThrow(subject.name);
    });

    it('outlasts a moment in which its source is not there', async () => {
      if (subject.comeBack === undefined) return;
      const scan = await begun();
      expect(await take(scan)).toEqual({ points: [3], answer: WAIT });
      await subject.vanish();
      expect(await take(scan)).toEqual({ points: [], answer: WAIT });
      await subject.comeBack();
      await subject.write(5);
      expect(await take(scan)).toEqual({ points: [5], answer: WAIT });
    });

    it('is left at once by who waits and is told to stop', async () => {
      await subject.write(3);
      const abort = new AbortController();
      const scan = subject.create({ follow: true, log: silentLog, signal: abort.signal });
      const waited = new Promise<void>((resolve) => {
        const auto = scan.auto.bind(scan);
        scan.auto = async (...asked) => {
          const answer = await auto(...asked);
          if (answer !== WAIT) return answer;
          // From now on no timer ends the wait.
          if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['setTimeout'] });
          setImmediate(resolve);
          return answer;
        };
      });
      const stage = { communicator: singleCommunicator(), registry: new ScanRegistry(), follow: {} };
      const ended = drainScan(
        ...([scan, 'S', FOLLOWED_FRAMES] as const),
        { ...stage, signal: abort.signal, log: silentLog, onEvent: () => undefined },
        () => undefined,
      );
      await Promise.race([waited, ended]);
      abort.abort();
      await expect(ended).rejects.toThrow(AbortedError);
    });

    it('is the same to all ranks', async () => {
      await subject.write(3);
      const found = await onRanks(3, async (communicator) => {
        const scan = subject.create({ follow: true, log: silentLog, communicator });
        await scan.initialize();
        const points: number[][] = [];
        for (const next of [
          [9, 4],
          [0, 10, 2],
        ]) {
          points.push([...(await take(scan)).points]);
          if (communicator.rank === 0) await subject.write(...next);
          await communicator.barrier();
        }
        if (communicator.rank === 0) await subject.end();
        await communicator.barrier();
        const last = await take(scan);
        expect(last.answer).toBe(EOS);
        return [...points, last.points];
      });
      expect(found[1]).toEqual(found[0]);
      expect(found[2]).toEqual(found[0]);
      expect(sorted(found[0].flat())).toEqual([0, 2, 3, 4, 9, 10]);
    });
  });
}
