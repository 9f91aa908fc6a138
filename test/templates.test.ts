/** The parameters of ptypy's template scripts (golden/README.md): understood or said not to be here, and one of each kind runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ndarray, type NdArray } from '../src/array/ndarray.ts';
import { formatNpy } from '../src/array/npy.ts';
import { ConfigError } from '../src/errors.ts';
import { ScanRegistry } from '../src/loaders/registry.ts';
import { silentLog } from '../src/log.ts';
import { singleCommunicator } from '../src/parallel/single.ts';
import { ENGINE_GROUPS } from '../src/params/engines.ts';
import { parseText } from '../src/params/yaml.ts';
import { convertParameters } from '../src/run/config/convert.ts';
import { configFromTree, type LoadedConfig } from '../src/run/config/config.ts';
import type { RunEvent } from '../src/run/events.ts';
import { runReconstruction } from '../src/run/reconstruct.ts';
import { goldenPath } from './tools/golden.ts';

const TEMPLATES = parseText(readFileSync(goldenPath('templates.yaml'), 'utf8')).tree as Record<
  string,
  unknown
>;
const registry = new ScanRegistry();
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-templates-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function load(name: string, set: readonly string[] = []): LoadedConfig {
  const options = { set, scanGroups: registry, engineGroups: ENGINE_GROUPS, workingDirectory: folder };
  return configFromTree(TEMPLATES[name], options);
}

/** What is not here: one message for the whole script. */
const NOT_HERE: readonly (readonly [pattern: RegExp, message: RegExp])[] = [
  [/SDR/, /^engines\.\w+\.name: engine SDR is not here yet: DM or RAAR is the nearest$/],
  [/WASP/, /^engines\.\w+\.name: engine WASP is not here yet: LSQML or EPIE is the nearest$/],
  [/ThreePIE/, /^engines\.\w+\.name: engine ThreePIE is not here yet: objects have one slice$/],
  [/independent_probes/, /^scans\.MF\.name: model OPRModel is not here yet, nor are its engines/],
  [/bragg/, /^scans\.scan01\.name: model Bragg3dModel is not here yet, nor are its scans and engines/],
  [/nanomax/, /^scans\.contrast\.data\.name: scan class NanomaxZmqScan is a beamline's own and is not here/],
];
const names = Object.keys(TEMPLATES);
const messageOf = (name: string): RegExp | undefined => NOT_HERE.find(([pattern]) => pattern.test(name))?.[1];

describe('the templates of ptypy', () => {
  it('are 93, of which 78 are understood', () => {
    expect(names).toHaveLength(93);
    expect(names.filter((name) => messageOf(name) === undefined)).toHaveLength(78);
  });

  it.each(names.filter((name) => messageOf(name) === undefined))('%s is valid', (name) => {
    expect(load(name).config.scans.length).toBeGreaterThan(0);
  });

  it.each(names.filter((name) => messageOf(name) !== undefined))('%s: says once what is not here', (name) => {
    try {
      load(name);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message).toMatch(messageOf(name) ?? /never/);
      expect(error.issues).toHaveLength(1);
      return;
    }
    throw new Error('it was accepted');
  });
});

describe('converted', () => {
  const groups = { scans: registry, engines: ENGINE_GROUPS };
  const convert = (name: string, to = folder) =>
    convertParameters(TEMPLATES[name] as Record<string, unknown>, {
      ...groups,
      source: 's.json',
      from: folder,
      to,
    });
  /** Without the shape and type that stand behind the name of an array here. */
  const plainPaths = (tree: unknown): unknown =>
    JSON.parse(JSON.stringify(tree).replaceAll(/ARRAY\((.+?), shape=.*?\)"/g, '$1"'));

  it.each(names.filter((name) => messageOf(name) === undefined))('%s means the same', (name) => {
    const { text, left, missing } = convert(name);
    expect({ left, missing }).toEqual({ left: [], missing: [] });
    const options = { scanGroups: registry, engineGroups: ENGINE_GROUPS, workingDirectory: folder };
    const again = configFromTree(parseText(text).tree, options);
    expect(again.config.tree).toEqual(plainPaths(load(name).config.tree));
    expect(again.warnings.filter((warning) => !warning.startsWith('engines run'))).toEqual([]);
  });

  it.each(names.filter((name) => messageOf(name) !== undefined))(
    '%s keeps what is not here as a comment',
    (name) => {
      const { text, left } = convert(name);
      expect(left.length).toBeGreaterThan(0);
      for (const { path, reason } of left) expect(text).toContain(`# ${path} is not taken over: ${reason}`);
      const words = JSON.stringify(TEMPLATES[name]).match(/\w{3,}/g) ?? [];
      for (const word of words) expect(text).toContain(word);
    },
  );
});

function file(name: string, array: NdArray): string {
  const path = join(folder, name);
  writeFileSync(path, formatNpy(array));
  return path;
}

/** A disc of gold, as a picture. */
const picture = file(
  'disc.npy',
  ndarray(
    'float64',
    [60, 60],
    Float64Array.from({ length: 3600 }, (_, i) => +(Math.hypot((i % 60) - 30, i / 60 - 30) < 15)),
  ),
);
const disc = file(
  'probe.npy',
  ndarray(
    'float64',
    [32, 32],
    Float64Array.from({ length: 1024 }, (_, i) => +(Math.hypot((i % 32) - 16, Math.floor(i / 32) - 16) < 8)),
  ),
);
const mask = file('mask.npy', ndarray('bool', [1, 60, 60], new Uint8Array(3600).fill(1, 0, 60)));

/** Small versions of the scans. */
const MOON = ['scans.MF.data.shape=32', 'scans.MF.data.num_frames=10', 'scans.MF.data.photons=1e5'];
const twice = (...engines: string[]): string[] =>
  engines.flatMap((key) => [`engines.${key}.numiter=3`, `engines.${key}.numiter_contiguous=1`]);
const POSITIONS = (step: number): string =>
  JSON.stringify(Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3) * step, (i % 3) * step]));
const NEAR = [
  'scans.scan00.data.shape=64',
  `scans.scan00.data.xy.override=${POSITIONS(4e-7)}`,
  `scans.scan00.data.sample.model=${picture}`,
  'scans.scan00.data.illumination.aperture.size=5e-6',
  'scans.scan00.illumination.aperture.size=5.2e-6',
  'scans.scan00.data.distance=1e-3',
  'scans.scan00.data.illumination.propagation.parallel=1e-4',
  'scans.scan00.illumination.propagation.parallel=1e-4',
  'scans.scan00.data.illumination.photons=1e7',
  'scans.scan00.illumination.photons=1e7',
];

/** Of each kind the one with the plainest name; what it takes to make it small. */
const KINDS: readonly (readonly [name: string, set: readonly string[]])[] = [
  ['ptypy_minimal_prep_and_run', [...MOON, ...twice('engine00')]],
  ['engines__cupy__moonflower_DM_cupy_nostream', [...MOON, ...twice('engine00')]],
  ['engines__numpy__moonflower_RAAR_ML', [...MOON, ...twice('engine00', 'engine01')]],
  ['engines__numpy__moonflower_EPIE', [...MOON, ...twice('engine00')]],
  ['engines__numpy__moonflower_ML_Poisson', [...MOON, ...twice('engine00', 'engine01')]],
  ['engines__numpy__moonflower_ML_Euclid', [...MOON, ...twice('engine00')]],
  ['engines__numpy__moonflower_ML_Gaussian_wavefield', [...MOON, ...twice('engine00')]],
  ['misc__moonflower_ML_cupy_fft_smoothing', [...MOON, ...twice('engine00')]],
  [
    'misc__moonflower_DM_object_regul',
    [
      ...MOON,
      ...twice('engine00'),
      `engines.engine00.object_regul_mask=${mask}`,
      'engines.engine00.object_regul_start=1',
    ],
  ],
  [
    'model__moonflower_probe_from_array',
    [...MOON, ...twice('engine00'), `scans.MF.illumination.model=${disc}`],
  ],
  ['model__moonflower_probe_modes', [...MOON, ...twice('engine00')]],
  ['model__moonflower_resample', [...MOON, ...twice('engine00', 'engine01')]],
  ['position_refinement__moonflower_posref_DM', [...MOON, ...twice('engine00')]],
  ['position_refinement__moonflower_posref_ML_serial', [...MOON, ...twice('engine00')]],
  ['ptypy_i13_AuStar_nearfield', [...NEAR, ...twice('engine00', 'engine01')]],
  [
    'ptypy_id22ni_AuStar_focused',
    [
      'scans.scan00.data.shape=64',
      'scans.scan00.data.psize=2.04e-4',
      'scans.scan00.data.xy.extent=1e-6',
      `scans.scan00.data.sample.model=${picture}`,
      'scans.scan00.data.sample.process.offset=[0,0]',
      ...twice('engine00'),
    ],
  ],
  [
    'ptypy_laser_logo_focused',
    [
      'scans.ptypy.data.shape=64',
      'scans.ptypy.data.psize=4.8e-5',
      'scans.ptypy.data.xy.extent=1e-3',
      `scans.ptypy.data.sample.model=${picture}`,
      ...twice('engine00'),
    ],
  ],
];

describe('of each kind one', () => {
  it.each(KINDS)('%s runs', async (name, set) => {
    const { config } = load(name, ['io.rfile=None', 'io.autosave=false', 'io.pictures=false', ...set]);
    const events: RunEvent[] = [];
    await runReconstruction(config, {
      registry,
      communicator: singleCommunicator(),
      log: silentLog,
      run: name,
      overrides: () => ({}),
      onEvent: (event) => events.push(event),
    });
    const iterations = events.filter((event) => event.event === 'iteration');
    expect(iterations).toHaveLength(3 * config.engines.length);
    for (const { errors } of iterations) {
      expect(Object.values(errors).every((value) => Number.isFinite(value))).toBe(true);
    }
  });
});
