/** Scans that are none, within runs and before them. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../test/contracts/simulated.ts';
import { createReferenceBackend } from '../../compute/reference/reference.ts';
import { DataError } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { silentLog } from '../../log.ts';
import { Model } from '../../model/model.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { configFromTree } from '../config/config.ts';
import type { RunConfig } from '../config/config-check.ts';
import type { RunEvent } from '../events.ts';
import { lookAhead } from '../outlook.ts';
import { runReconstruction } from '../reconstruct.ts';
import { LiveLook, lookAtProbe } from './scan-look.ts';

const registry = new ScanRegistry();
const MOON = { name: 'MoonFlowerScan', shape: 16, num_frames: 9 };
const NEAR = { aperture: { form: 'circ', size: 3.6e-6 } };

function configOf(scans: object): RunConfig {
  const tree = {
    io: { rfile: null, pictures: false, autosave: { active: false } },
    scans,
    engines: { e: { name: 'DM', numiter: 1 } },
  };
  return configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS }).config;
}

/** Positions (3 x 3) of a grid with steps in m. */
function grid(step: number): number[][] {
  return Array.from({ length: 9 }, (_, i) => [step * Math.floor(i / 3), step * (i % 3)]);
}

async function both(scans: object) {
  const config = configOf(scans);
  const events: RunEvent[] = [];
  const options = {
    registry,
    communicator: singleCommunicator(),
    log: silentLog,
    onEvent: (event: RunEvent) => events.push(event),
  };
  const errorOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  const ahead = await errorOf(lookAhead(config, options));
  const warned = events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
  events.length = 0;
  const ran = await errorOf(runReconstruction(config, { ...options, run: 'r', overrides: () => ({}) }));
  return { ahead, ran, warned, events };
}

describe('scans that are none', () => {
  it.each([
    ['positions on one pixel', 1e-12, /the positions span .* and lie on one pixel/],
    ['views that do not overlap', 1e-3, /neighbouring views do not overlap/],
  ])('%s are refused by validate and before engines start', async (_what, step, message) => {
    const { ahead, ran, events } = await both({
      S: { data: { ...MOON, positions_theory: grid(step) }, illumination: NEAR },
    });
    for (const error of [ahead, ran]) {
      expect(error).toBeInstanceOf(DataError);
      expect(String(error)).toMatch(message);
    }
    expect(events.filter(({ event }) => event === 'iteration')).toEqual([]);
  });

  it('are told of where another scan lights the same object', async () => {
    const data = { ...MOON, positions_theory: grid(5e-5) };
    const first = { data: MOON, illumination: NEAR };
    const { ahead, ran, warned, events } = await both({
      S: first,
      T: { data, illumination: NEAR, sharing: { object_share_with: 'S' } },
    });
    expect([ahead, ran]).toEqual([undefined, undefined]);
    expect(warned.join()).toMatch(/^scan T: neighbouring views do not overlap/);
    const messages = events.flatMap((event) => (event.event === 'warning' ? [event.message] : []));
    expect(messages.join()).toMatch(/^scan T: neighbouring views do not overlap/);
  });

  it('and good ones pass without a word', async () => {
    const { ahead, ran, warned } = await both({ S: { data: MOON, illumination: NEAR } });
    expect([ahead, ran, warned]).toEqual([undefined, undefined, []]);
  });
});

describe('a scan that is being measured', () => {
  const scan = simulate({ shape: 16, num_frames: 30, photons: 1e4, density: 0.2 });
  const config = configOf({ S: { data: MOON } });

  async function growing(start: number, stop: number, model?: Model): Promise<Model> {
    const into =
      model ?? new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    if (model === undefined) into.addScan('S');
    const data = scan.pack(start, stop);
    data.chunk.positions.data.fill(0);
    await into.addPackage('S', data);
    return into;
  }

  it('is told of once, when there are frames enough', async () => {
    const messages: string[] = [];
    const model = await growing(0, 10);
    const look = new LiveLook(model, config, (event) =>
      messages.push(event.event === 'warning' ? event.message : event.event),
    );
    await look.look(false);
    expect(messages).toEqual([]);
    await growing(10, 30, model);
    await look.look(false);
    await look.look(true);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^scan S: .* lie on one pixel/);
  });

  it('or when it has ended', async () => {
    const messages: string[] = [];
    const look = new LiveLook(await growing(0, 10), config, (event) => messages.push(event.event));
    await look.look(true);
    expect(messages).toEqual(['warning']);
  });

  it('is compared with its probe', async () => {
    const messages: string[] = [];
    const model = new Model({ backend: createReferenceBackend(), communicator: singleCommunicator() });
    model.addScan('S');
    const data = scan.pack();
    data.chunk.positions.data.forEach((x, i, all) => (all[i] = x / 50));
    await model.addPackage('S', data);
    await lookAtProbe(model, config, 'S', (event) =>
      messages.push(event.event === 'warning' ? event.message : event.event),
    );
    expect(messages.join()).toMatch(/^scan S: the whole scan, .* [nµ]m, is small beside the probe/);
  });
});
