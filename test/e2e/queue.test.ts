/** Scans without a path, followed to their end: frames over a TCP connection to the command, frames pushed by a program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fromNumbers, QueueScan, startRun, toNumbers, type RunEvent } from 'ptyflow';
import { describe, expect, it } from 'vitest';
import { Detector, experiment, FRAMES, GEOMETRY, positionOf, SHAPE, SOCKET_SCAN } from '../tools/detector.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { COMMAND } from '../tools/ptyflow.ts';

const folder = temporaryFolder();

/** 7 is prime to 20: no frame comes in its place. */
const ORDER = Array.from({ length: FRAMES }, (_, i) => (7 * i) % FRAMES);

/** `ptyflow run --follow` of frames that a detector sends. */
async function follow(name: string) {
  const detector = new Detector();
  const config = join(folder, `${name}.json`);
  const data = { name: 'SocketScan', ...GEOMETRY, port: await detector.listen() };
  const scan = { data, illumination: { aperture: { form: 'circ', size: 3e-6 } } };
  const engines = { e: { name: 'EPIE', numiter: 3 } };
  writeFileSync(config, JSON.stringify({ scans: { S: scan }, engines, io: { pictures: false } }));
  const args = [
    'run',
    config,
    '--scan-module',
    SOCKET_SCAN,
    '--follow',
    '--ranks',
    '1',
    '--json',
    '-o',
    name,
  ];
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const events: RunEvent[] = [];
  let wake = (): void => undefined;
  createInterface(child.stdout).on('line', (line) => {
    events.push(JSON.parse(line) as RunEvent);
    wake();
  });
  const happens = async (isIt: (event: RunEvent) => boolean): Promise<void> => {
    while (!events.some(isIt)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await detector.connected();
  return { detector, closed, events, happens };
}

describe('a scan over a socket', () => {
  it('is followed to its end, and asked for frames when it says that there are some', async () => {
    const { detector, closed, events, happens } = await follow('socket');
    // Nothing comes for 5 s: that is said, and nobody asks meanwhile.
    const isWaiting = ({ event }: RunEvent): boolean => event === 'waiting';
    await happens(isWaiting);
    expect(events.find(isWaiting)).toMatchObject({ scan: 'S', source: 'more frames, or the end' });
    expect(await detector.looks()).toBeLessThanOrEqual(3);
    for (const [i, point] of ORDER.entries()) {
      detector.frame(point);
      // Half of them one by one, the rest at once.
      if (i < FRAMES / 2) await detector.loaded(i + 1);
    }
    await detector.loaded(FRAMES);
    // For a frame at most: that it is there, that there is no other, and once more if it came during a look.
    expect(await detector.looks()).toBeLessThanOrEqual(3 + 3 * FRAMES);
    detector.say({ what: 'end' });
    const [code] = await closed;
    expect(code, JSON.stringify(events.at(-1))).toBe(0);
    expect(events.filter(({ event }) => event === 'chunk').at(-1)).toMatchObject({ frames: FRAMES });
    expect(events.some((event) => event.event === 'iteration' && event.iterations === 3)).toBe(true);
    detector.server.close();
  });

  it('that is closed in the middle ends the run with its name', async () => {
    const { detector, closed, events } = await follow('dropped');
    detector.frame(0);
    await detector.loaded(1);
    detector.drop();
    expect((await closed)[0]).not.toBe(0);
    const failed = events.find(({ event }) => event === 'error');
    expect(JSON.stringify(failed)).toMatch(/port \d+ was closed in the middle of the scan/);
    detector.server.close();
  });
});

describe('frames that a program pushes', () => {
  it('are reconstructed as they come, in the same thread', async () => {
    const scan = new QueueScan(GEOMETRY);
    const push = (point: number): void => {
      const frame = fromNumbers('float64', Array.from(toNumbers(experiment.frame(point))), [SHAPE, SHAPE]);
      scan.push({ frame, position: positionOf(point), point });
    };
    const half = FRAMES / 2;
    const run = await startRun(
      {
        scans: { S: { illumination: { aperture: { form: 'circ', size: 3e-6 } } } },
        engines: { e: { name: 'EPIE', numiter: 3 } },
        io: { home: join(folder, 'pushed'), rfile: null, pictures: false },
      },
      { scans: new Map([['S', scan]]), follow: {} },
    );
    let live = 0;
    run.on((event) => {
      if (event.event !== 'iteration' || event.iterations !== null) return;
      live++;
      // The second half comes when the first is being reconstructed.
      if (live > 1) return;
      ORDER.slice(half).forEach(push);
      scan.end();
    });
    ORDER.slice(0, half).forEach(push);
    const { result } = await run.ended;
    expect(live).toBeGreaterThan(0);
    const indices = result?.positions.S.indices ?? [];
    expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: FRAMES }, (_, i) => i));
    expect(result?.history.filter(({ engine }) => engine === 'EPIE').length).toBeGreaterThanOrEqual(3);
  });
});
