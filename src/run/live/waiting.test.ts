/** Waiting: for sources that are not there, on several ranks, and for scans that announce their news. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ArrayScan, numberedFrames } from '../../../test/tools/array-scan.ts';
import { onRanks } from '../../../test/tools/local-ranks.ts';
import { AbortedError } from '../../errors.ts';
import { WatchLoader } from '../../loaders/watch/loader.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { Waiting } from './waiting.ts';

describe('Waiting', () => {
  it.each([1, 2, 3])('for sources ends on all of %i ranks when one is told to stop', async (size) => {
    const ended = await onRanks(size, async (communicator) => {
      const scan = new WatchLoader(
        { base_path: 'not-there', pattern: '%d.npy', positions_file: 'not-there.txt' },
        { communicator, follow: true },
      );
      const waiting = new Waiting(scan, communicator, Infinity);
      const waited = waiting.forSources('S', () => undefined, AbortSignal.abort());
      return waited.catch((error: unknown) => error);
    });
    expect(ended).toHaveLength(size);
    for (const error of ended) expect(error).toBeInstanceOf(AbortedError);
  });
});

/** A scan without a path, whose test says when something is new. */
class Announcing extends ArrayScan {
  tell: (() => void) | undefined;

  override changed(tell: () => void): () => void {
    this.tell = tell;
    return () => {
      this.tell = undefined;
    };
  }
}

describe('Waiting for a scan that announces its news', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  function waitingFor(mostS: number): { scan: Announcing; waiting: Waiting; looks: () => number } {
    vi.useFakeTimers();
    const scan = new Announcing({}, { frames: numberedFrames(1, 2, 2) });
    const waiting = new Waiting(scan, singleCommunicator(), mostS);
    let looks = 0;
    const follow = async (): Promise<void> => {
      for (;;) {
        looks++;
        waiting.isLong();
        await waiting.forFrames(undefined);
      }
    };
    void follow();
    return { scan, waiting, looks: () => looks };
  }

  it('looks when it is told, once more to say what is waited for, and never else', async () => {
    const { scan, waiting, looks } = waitingFor(Infinity);
    await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
    expect(looks()).toBe(2);
    scan.tell?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks()).toBe(3);
    waiting.close();
    expect(scan.tell).toBeUndefined();
  });

  it('looks when its time is over', async () => {
    const { waiting } = waitingFor(60);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(await waiting.isOver()).toBe(true);
    waiting.close();
  });

  it('loses nothing that was announced while it looked', async () => {
    vi.useFakeTimers();
    const scan = new Announcing({}, { frames: numberedFrames(1, 2, 2) });
    const waiting = new Waiting(scan, singleCommunicator(), Infinity);
    scan.tell?.();
    await waiting.forFrames(undefined);
    waiting.close();
  });

  it('ends at once when it is stopped', async () => {
    const scan = new Announcing({}, { frames: numberedFrames(1, 2, 2) });
    const waiting = new Waiting(scan, singleCommunicator(), Infinity);
    const abort = new AbortController();
    const waited = waiting.forFrames(abort.signal);
    abort.abort();
    await waited;
    waiting.close();
  });
});
