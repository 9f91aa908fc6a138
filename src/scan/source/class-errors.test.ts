import { describe, expect, it } from 'vitest';
import { GEOMETRY } from '../../../test/tools/array-scan.ts';
import { AbortedError, DataError, errorFromPlain, FileError, plainError } from '../../errors.ts';
import type { LoadedFrames } from '../../frames/raw.ts';
import { PtyScan, type Availability } from '../pty-scan.ts';

/** As a user writes it: throws whatever its own code throws. */
class MyScan extends PtyScan {
  failing = 'load';

  #fail(method: string): void {
    if (this.failing === method) throw new Error('shutter log has no line 7');
  }

  protected override loadPositions(): [number, number][] {
    this.#fail('loadPositions');
    return [[0, 0]];
  }

  protected override check(): Availability {
    this.#fail('check');
    return { accessible: 1, endOfScan: true };
  }

  protected override load(): LoadedFrames {
    this.#fail('load');
    if (this.failing === 'of ours') throw new FileError('frame.npy cannot be read', { file: 'frame.npy' });
    throw new TypeError("Cannot read properties of undefined (reading 'data')");
  }
}

async function prepare(failing: string): Promise<void> {
  const scan = new MyScan({ ...GEOMETRY, shape: 4 });
  scan.failing = failing;
  await scan.initialize();
  await scan.auto(1);
}

describe("errors of a user's class", () => {
  it.each(['loadPositions', 'check', 'load'])('keep their message and say where: %s', async (method) => {
    const error = await prepare(method).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toBe(`MyScan.${method}: shutter log has no line 7`);
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it('show where they were thrown, between threads too', async () => {
    const error = await prepare('nowhere').catch((reason: unknown) => reason);
    expect((error as Error).message).toBe(
      "MyScan.load: Cannot read properties of undefined (reading 'data')",
    );
    const { stack, cause } = errorFromPlain(structuredClone(plainError(error)));
    expect(stack).toMatch(/^DataError: MyScan\.load/);
    expect((cause as TypeError).stack).toMatch(/^TypeError: Cannot read[^]*class-errors\.test/);
  });

  it('of this library stay as they are', async () => {
    await expect(prepare('of ours')).rejects.toThrow(/^frame\.npy cannot be read$/);
  });
});

describe("a user's class that never answers", () => {
  class Silent extends PtyScan {
    asked = (): void => undefined;

    protected override loadPositions(): [number, number][] {
      return [[0, 0]];
    }

    protected override load(): Promise<LoadedFrames> {
      this.asked();
      return new Promise(() => undefined);
    }
  }

  it('is left alone when the user wants the end', async () => {
    const stop = new AbortController();
    const scan = new Silent({ ...GEOMETRY, shape: 4 }, { signal: stop.signal });
    scan.asked = () => {
      queueMicrotask(() => {
        stop.abort();
      });
    };
    await scan.initialize();
    await expect(scan.auto(1)).rejects.toThrow(AbortedError);
  });
});
