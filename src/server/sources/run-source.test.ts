/** A run as a page looks at it. The run's own end is written out here, message by message. */
import { describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../../array/ndarray.ts';
import { AbortedError, DataError } from '../../errors.ts';
import type { Meta } from '../../frames/chunk.ts';
import { RemoteRun } from '../../run/control/remote-run.ts';
import type { FromRun, Request, RequestName } from '../../run/control/requests.ts';
import type { Prepared, PreparedFrame, Snapshot } from '../../run/control/snapshot.ts';
import { RunSource } from './run-source.ts';
import type { Want } from '../protocol/messages.ts';

class ScriptedRun {
  readonly asked: Request[] = [];
  hear: (message: FromRun) => void = () => undefined;
  end: () => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  readonly source: RunSource;
  #wake: () => void = () => undefined;

  constructor() {
    const ended = new Promise<void>((resolve, reject) => {
      [this.end, this.fail] = [resolve, reject];
    });
    const run = new RemoteRun((hear) => {
      this.hear = hear;
      return {
        ended,
        post: (message) => {
          if (message.kind === 'request') this.asked.push(message);
          this.#wake();
        },
      };
    });
    this.source = new RunSource(run, { id: 'run', name: 'moon', software: 'test' });
    this.source.onChange(() => {
      this.#wake();
    });
  }

  /** The next request of this name. */
  async next<N extends RequestName>(name: N): Promise<Extract<Request, { name: N }>> {
    const at = await this.until(() => {
      const found = this.asked.findIndex((request) => request.name === name);
      return found === -1 ? undefined : found;
    });
    return this.asked.splice(at, 1)[0] as Extract<Request, { name: N }>;
  }

  answer({ id }: Request, answer: Prepared | Snapshot | undefined): void {
    this.hear({ kind: 'answer', id, answer });
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  chunk(frames: number): void {
    const counted = { chunk: 0, frames, before: 0, total: 9, seconds: 1 };
    this.hear({ kind: 'event', event: { event: 'chunk', scan: 'S', ...counted } });
  }
}

function plane(value: number): NdArray<'float32'> {
  return ndarray('float32', [2, 3], new Float32Array(6).fill(value));
}

function prepared(indices: readonly number[], shown: readonly number[]): Prepared {
  const n = indices.length;
  const positions = ndarray('float64', [n, 2], new Float64Array(2 * n).fill(1e-6));
  const meta = { shape: [2, 3] } as unknown as Meta;
  const photons = ndarray(
    'float64',
    [n],
    Float64Array.from(indices, (index) => 6 * index),
  );
  const frames = shown.map((index): PreparedFrame => ({
    ...{ scan: 'S', index, position: [1e-6, 1e-6], measured: plane(index), weights: plane(1) },
  }));
  return { scans: { S: { indices, positions, photons, meta } }, frames };
}

const NOTHING: Snapshot = {
  ...{ probes: {}, objects: {}, positions: {}, history: [], frames: [], config: {} },
  place: { engine: 'e', iteration: 0, iterations: 0 },
};

const frame = (index: number | null, id = 1): Want => ({
  id,
  source: 'run',
  what: 'frame',
  name: 'S',
  index,
});

describe('a run that is looked at', () => {
  it('shows frames while they are prepared: the newest, and others as they are asked for', async () => {
    const run = new ScriptedRun();
    run.source.watch([frame(null)]);
    const first = await run.next('prepared');
    expect(first.given).toMatchObject({ frames: 'newest' });
    expect(await run.source.describe()).toBeUndefined();
    run.answer(first, prepared([4, 7], [7]));
    await run.until(() => (run.source.sequence === 1 ? true : undefined));
    expect(await run.source.describe()).toMatchObject({
      objects: [],
      scans: [{ label: 'S', indices: [4, 7], shape: [2, 3], hasModel: false, objectId: null }],
    });
    const newest = await run.source.picture(frame(null));
    expect(newest).toMatchObject({ planes: 3, rows: 2, cols: 3, index: 7 });
    // Measured, no model, mask.
    expect([...(newest?.values ?? [])].map((value, i) => (i % 6 === 0 ? value : 0))).toEqual(
      Array.from({ length: 18 }, (_, i) => (i === 0 ? 7 : i === 6 ? NaN : i === 12 ? 1 : 0)),
    );
    run.source.watch([frame(null), frame(4, 2)]);
    const next = await run.next('prepared');
    expect(next.given).toMatchObject({ frames: [4, 7] });
    run.answer(next, prepared([4, 7], [4, 7]));
    await run.until(() => (run.source.sequence === 2 ? true : undefined));
    expect(await run.source.picture(frame(4))).toMatchObject({ index: 4 });
    expect(await run.source.picture(frame(null))).toMatchObject({ index: 7 });
    // With the next chunk, until there is a model.
    run.chunk(3);
    run.answer(await run.next('prepared'), undefined);
    run.chunk(4);
    run.answer(await run.next('snapshot'), NOTHING);
    await run.until(() => (run.source.sequence === 3 ? true : undefined));
    expect(await run.source.describe()).toMatchObject({ scans: [] });
    expect(run.asked).toEqual([]);
  });

  it('tells the optical axis with the first frame that it shows, and keeps it', async () => {
    const run = new ScriptedRun();
    run.source.watch([frame(null)]);
    const positions = ndarray('float64', [1, 2], new Float64Array(2));
    const scan = { indices: [4], positions, measured: positions, probeId: 'SSG00', objectId: 'SSG00' };
    const shown = { scan: 'S', index: 4, position: [0, 0], center: [1, 1.5] } as const;
    const planes = { measured: plane(4), model: plane(3), weights: plane(1) };
    const whole: Snapshot = { ...NOTHING, positions: { S: scan }, frames: [{ ...shown, ...planes }] };
    run.answer(await run.next('snapshot'), whole);
    await run.until(() => (run.source.sequence === 1 ? true : undefined));
    const described = { scans: [{ label: 'S', shape: [2, 3], center: [1, 1.5], hasModel: true }] };
    expect(await run.source.describe()).toMatchObject(described);
    run.source.watch([]);
    run.source.watch([frame(4)]);
    run.answer(await run.next('snapshot'), { ...whole, frames: [] });
    await run.until(() => (run.source.sequence === 2 ? true : undefined));
    expect(await run.source.describe()).toMatchObject(described);
  });

  it.each([
    [
      'ended',
      (run: ScriptedRun) => {
        run.end();
      },
    ],
    [
      'stopped',
      (run: ScriptedRun) => {
        run.fail(new AbortedError('stopped'));
      },
    ],
    [
      'failed',
      (run: ScriptedRun) => {
        run.fail(new DataError('broken'));
      },
    ],
  ] as const)('says nothing of pictures that were not made because it has %s', async (how, end) => {
    const run = new ScriptedRun();
    run.source.watch([frame(null)]);
    await run.next('snapshot');
    end(run);
    await run.until(() => (run.source.state.status === how ? true : undefined));
    // What waited is told in turns of their own.
    await new Promise((resolve) => setImmediate(resolve));
    expect(run.source.log.lines.map(({ text }) => text)).toEqual(how === 'failed' ? ['broken'] : []);
  });
});
