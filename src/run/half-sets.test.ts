import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../test/contracts/simulated.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { onRanks } from '../../test/tools/local-ranks.ts';
import { ndarray, takeFirst, type NdArray, type RealDType } from '../array/ndarray.ts';
import { ConfigError, DataError } from '../errors.ts';
import type { DataPackage } from '../frames/package.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { silentLog } from '../log.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { readPtyr } from '../ptyr/reader.ts';
import type { Result } from '../ptyr/result.ts';
import { makePackage } from '../scan/make-package.ts';
import { stream } from '../simulation/random.ts';
import { configFromTree } from './config/config.ts';
import type { RunConfig } from './config/config-check.ts';
import type { RunEvent } from './events.ts';
import { checkHalfSets, halfOf, requireHalves, runHalfSets } from './half-sets.ts';
import type { LoadedScan } from './scans/loaded-scan.ts';
import type { ReconstructOptions } from './options.ts';

const SCAN = simulate({ shape: 32, num_frames: 21, photons: 1e5, density: 0.25 });
const folder = temporaryFolder();
const registry = new ScanRegistry();

function configOf(tree: Record<string, unknown> = {}): RunConfig {
  const scans = { S: { data: { name: 'MoonFlowerScan' }, ...tree } };
  return configFromTree(
    { scans, engines: { a: { name: 'DM', numiter: 2 }, b: { name: 'ML', numiter: 3 } } },
    { scanGroups: registry, engineGroups: ENGINE_GROUPS },
  ).config;
}

/** Packages as ranks get them, out of order; `own` says which frames are this rank's. */
function loaded(own: (index: number) => boolean = () => true, perFrameWeights = false): LoadedScan {
  const whole = [SCAN.pack(10, 21, own), SCAN.pack(0, 10, own)];
  const [entry] = configOf().scans;
  const owners = { probe: entry, object: entry };
  return { entry, owners, packages: whole.map((pack) => weighted(pack, perFrameWeights)) };
}

function weighted(pack: DataPackage, perFrame: boolean): DataPackage {
  if (!perFrame) return pack;
  const { chunk, common } = pack;
  // Weights that tell their frame.
  const size = chunk.data.shape[1] * chunk.data.shape[2];
  const values = Float64Array.from(chunk.data.data, (_, i) => chunk.indicesNode[Math.floor(i / size)]);
  const weights: NdArray<RealDType> = ndarray('float64', chunk.data.shape, values);
  return makePackage({ ...chunk, weights }, common);
}

describe('halves of a scan', () => {
  it('take every other scan point by index, frames, weights and positions with it', () => {
    for (const half of [1, 2] as const) {
      const { packages } = halfOf(
        loaded(() => true, true),
        half,
      );
      const indices = packages.flatMap(({ chunk }) => [...chunk.indices]);
      const expected = SCAN_POINTS.filter((index) => index % 2 === half - 1);
      expect(indices.sort((a, b) => a - b)).toEqual(expected);
      for (const { chunk, common } of packages) {
        expect(common.num_frames).toBe(expected.length);
        expect(chunk.indicesNode).toEqual(chunk.indices);
        chunk.indices.forEach((index, i) => {
          expect(takeFirst(chunk.data, [i]).data).toEqual(SCAN.experiment.frame(index).data);
          expect(takeFirst(chunk.weights, [i]).data[0]).toBe(index);
          expect([...takeFirst(chunk.positions, [i]).data]).toEqual([
            ...takeFirst(SCAN.experiment.positionsM, [index]).data,
          ]);
        });
      }
    }
  });

  it('go by order, not by the numbers themselves', () => {
    const { packages, ...scan } = loaded();
    const renumbered = packages.map(({ chunk, common }) =>
      makePackage(
        {
          ...chunk,
          indices: chunk.indices.map((index) => 100 + 4 * index),
          indicesNode: chunk.indicesNode.map((index) => 100 + 4 * index),
        },
        common,
      ),
    );
    const counts = ([1, 2] as const).map((half) =>
      halfOf({ ...scan, packages: renumbered }, half).packages.flatMap(({ chunk }) => [...chunk.indices]),
    );
    expect(counts[0]).toHaveLength(11);
    expect(counts[1]).toHaveLength(10);
    expect(counts.flat().sort((a, b) => a - b)).toEqual(SCAN_POINTS.map((index) => 100 + 4 * index));
  });

  it('are the same on all ranks, each with its own frames', () => {
    for (const half of [1, 2] as const) {
      const alone = halfOf(loaded(), half).packages;
      const shares = [0, 1, 2].map(
        (rank) =>
          halfOf(
            loaded((i) => i % 3 === rank),
            half,
          ).packages,
      );
      alone.forEach(({ chunk }, k) => {
        const node = shares.flatMap((packages) => [...packages[k].chunk.indicesNode]);
        expect(node.sort((a, b) => a - b)).toEqual([...chunk.indicesNode]);
        for (const packages of shares) {
          expect(packages[k].chunk.indices).toEqual(chunk.indices);
          expect(packages[k].chunk.data.shape[0]).toBe(packages[k].chunk.indicesNode.length);
        }
      });
    }
  });

  it('need two frames and an engine', () => {
    const scan = loaded();
    expect(() => requireHalves({ ...scan, packages: [SCAN.pack(3, 4)] })).toThrow(DataError);
    expect(requireHalves({ ...scan, packages: [SCAN.pack(3, 5)] }).packages).toHaveLength(1);
    expect(() => {
      checkHalfSets({ ...configOf(), engines: [] }, false);
    }).toThrow(ConfigError);
  });
});

const SCAN_POINTS = Array.from({ length: 21 }, (_, i) => i);

/** What a reconstruction of these frames might find: the truth with noise of its own. */
function pretend(scans: readonly LoadedScan[], noise: number): Result {
  const { object, probe, objectOriginM, geometry } = SCAN.experiment;
  const chunks = scans.flatMap(({ packages }) => packages.map(({ chunk }) => chunk));
  const indices = chunks.flatMap((chunk) => [...chunk.indices]);
  const random = stream(indices[0]);
  const data = object.data.map((x) => x + noise * random.normal());
  const psizeM = geometry.resolutionM;
  // The experiment counts from a view's first pixel, a model from its middle.
  const [y, x] = [0, 1].map((axis) => objectOriginM[axis] - 16 * psizeM[axis]);
  const field = { psizeM, energyKeV: 7 };
  return {
    probes: { SSG00: { ...field, data: { ...probe, shape: [1, ...probe.shape] }, originM: [0, 0] } },
    objects: {
      SSG00: { ...field, data: ndarray('complex128', [1, ...object.shape], data), originM: [y, x] },
    },
    positions: {
      S: {
        indices,
        positions: takeFirst(SCAN.experiment.positionsM, indices),
        measured: takeFirst(SCAN.experiment.positionsM, indices),
        probeId: 'SSG00',
        objectId: 'SSG00',
      },
    },
    config: {},
    history: [{ engine: 'ML', iteration: 3, iterations: 5, numiter: 3, seconds: 0, errors: {} }],
    started: new Date(0),
    software: 'test',
  };
}

function optionsFor(output: string, communicator: Communicator, events: RunEvent[]): ReconstructOptions {
  return {
    registry,
    communicator,
    log: silentLog,
    onEvent: (event) => events.push(event),
    run: 'r',
    output: join(folder, output),
    overrides: () => ({}),
  };
}

describe('runHalfSets', () => {
  it('gives each half its own frames and no more, writes both, and tells how far they agree', async () => {
    const events: RunEvent[] = [];
    const given: { frames: number; half: unknown; io: RunConfig['io'] }[] = [];
    await runHalfSets(
      [loaded()],
      configOf(),
      optionsFor('plain', singleCommunicator(), events),
      (scans, config, options) => {
        given.push({ frames: scans[0].packages.length, half: options.half, io: config.io });
        options.onEvent({
          event: 'iteration',
          engine: 'ML',
          key: 'ML',
          iteration: 1,
          iterations: 3,
          errors: {},
          seconds: 1,
        });
        return Promise.resolve(pretend(scans, 0.1));
      },
    );
    expect(given.map(({ half }) => half)).toEqual([1, 2]);
    for (const { io } of given) {
      expect([io.rfile, io.autosave.active, io.autoplot.active]).toEqual([null, false, false]);
      // Where it goes when the user stops it: beside, never over the reconstruction of all frames.
      expect(io.autosave.rfile).toMatch(/_half[12]\.ptyr$/);
    }
    expect(readdirSync(join(folder, 'plain')).sort()).toEqual([
      'frc.png',
      'r_ML_0001_half1.ptyr',
      'r_ML_0001_half2.ptyr',
    ]);
    expect(events.map((event) => event.event)).toEqual([
      'half',
      'iteration',
      'saved',
      'half',
      'iteration',
      'saved',
      'saved',
      'resolution',
    ]);
    expect(events[0]).toEqual({ event: 'half', half: 1, frames: 11 });
    expect(events[4]).toMatchObject({ half: 2 });
    const report = events.at(-1);
    expect(report).toMatchObject({ object: 'SSG00', halfBit: { limit: 'crossing' } });
    if (report?.event !== 'resolution') return;
    const { frequency, halfPeriodM, fullPeriodM } = report.halfBit;
    expect(fullPeriodM).toBe(1 / (frequency ?? NaN));
    expect(halfPeriodM).toBe(0.5 / (frequency ?? NaN));
    expect(halfPeriodM).toBeGreaterThan(report.psizeM[0]);
    const stored = await readPtyr(join(folder, 'plain', 'r_ML_0001_half2.ptyr'));
    expect([...stored.positions.S.indices].every((index) => index % 2 === 1)).toBe(true);
  });

  it('writes on the master alone, and nothing but the picture where reconstructions are not saved', async () => {
    const all: RunEvent[][] = [[], [], []];
    const config = configOf();
    await onRanks(3, (communicator) =>
      runHalfSets(
        [loaded((i) => i % 3 === communicator.rank)],
        { ...config, io: { ...config.io, rfile: null } },
        optionsFor('ranks', communicator, all[communicator.rank]),
        (scans) => Promise.resolve(pretend(scans, 0.1)),
      ),
    );
    expect(readdirSync(join(folder, 'ranks'))).toEqual(['frc.png']);
    expect(all[0].map(({ event }) => event)).toContain('resolution');
    expect(all[1].map(({ event }) => event)).toEqual(['half', 'half']);
  });

  it('says when both halves start from one given object', async () => {
    const events: RunEvent[] = [];
    const config = configOf({ sample: { model: 'recon', recon: { rfile: 'x.ptyr' } } });
    await runHalfSets([loaded()], config, optionsFor('given', singleCommunicator(), events), (scans) =>
      Promise.resolve(pretend(scans, 0)),
    );
    expect(events[0]).toMatchObject({ event: 'warning' });
    expect(JSON.stringify(events[0])).toMatch(/scans\.S\.sample gives both halves the same object/);
    expect(events.at(-1)).toMatchObject({
      oneBit: { limit: 'identical', frequency: null, halfPeriodM: null },
    });
    expect(existsSync(join(folder, 'given', 'frc.png'))).toBe(true);
  });
});
