/** The generated reference on disk is what the declarations say. `UPDATE_REFERENCE=1` writes it anew. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ParamGroup } from '../src/params/declare.ts';
import { ScanRegistry } from '../src/loaders/registry.ts';
import { DATA_EFFECTS, ENGINE_EFFECTS, SCAN_EFFECTS } from '../src/params/default-effects.ts';
import { defaultsOf } from '../src/params/defaults-page.ts';
import { ENGINE_GROUPS } from '../src/params/engines.ts';
import { SCAN } from '../src/params/model.ts';
import { SCAN_DATA } from '../src/params/scan-data.ts';
import { describeText, generateReference } from '../src/params/reference-page.ts';
import { runSchema } from '../src/params/run-schema.ts';
import { parseText } from '../src/params/yaml.ts';

const ROOT = join(import.meta.dirname, '..');
const registry = new ScanRegistry();
const GROUPS = {
  scans: new Map([...registry.keys()].map((name): [string, ParamGroup] => [name, registry.get(name) ?? {}])),
  engines: ENGINE_GROUPS,
};

const CONFIG = `
verbose_level: INFO
io: {home: ./, autosave: false, interaction: None}
scans:
  S:
    name: BlockFull
    data: {name: PtydScan, dfile: a.ptyd, shape: [128, 64], orientation: [true, false, True], save: None}
    illumination: {aperture: {size: 6e-6}, diversity: null}
    sample: stxm
    coherence: {num_probe_modes: 2, energies: [1.0]}
engines:
  a: {name: DM, numiter: 10, clip_object: [0, 1]}
  b: {name: ML, ML_type: Poisson}
`;

describe('the reference', () => {
  it.each([...generateReference(GROUPS)])('%s is up to date', (name, content) => {
    const file = join(ROOT, name);
    if (process.env.UPDATE_REFERENCE === '1') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  it('shows every parameter with type, unit, default and meaning', () => {
    const page = generateReference(GROUPS).get('docs/reference/parameters.md') ?? '';
    expect(page).toContain(
      '| `psize` | float > 0 or (row, col) or none | m | `none` | Size of a detector pixel. None: from the data; an error if it is not there',
    );
    expect(page).toContain('| `shape` | int ≥ 1 or (rows, cols) or none | pixel | `256` |');
    expect(page).toContain('| `illumination.aperture.form` | circ · rect or none |  | `circ` |');
    for (const line of page.split('\n').filter((row) => row.startsWith('| `'))) {
      expect(line.match(/(?<!\\)\|/g)).toHaveLength(6);
    }
  });

  it('says what happens without every parameter that says where, what and with which light was measured', () => {
    const page = generateReference(GROUPS).get('docs/reference/defaults.md') ?? '';
    for (const name of ['energy', 'distance', 'psize', 'propagation', 'center', 'positions_unit']) {
      expect(page).toContain(`| \`${name}\` | `);
      expect(Object.hasOwn(DATA_EFFECTS, name)).toBe(true);
    }
    expect(page).toMatch(/`energy` \| `6.2` keV \|/);
    expect(page).toMatch(/`numiter` \| `20` \|/);
  });

  it('explains no default that is not declared', () => {
    const known = (groups: readonly ParamGroup[]): Set<string> =>
      new Set(groups.flatMap((group) => defaultsOf(group).map(({ name }) => name)));
    const without = (effects: object, names: ReadonlySet<string>): string[] =>
      Object.keys(effects).filter((name) => !names.has(name));
    expect(without(DATA_EFFECTS, known([...GROUPS.scans.values()]))).toEqual([]);
    expect(without(SCAN_EFFECTS, known([SCAN]))).toEqual([]);
    expect(without(ENGINE_EFFECTS, known([...ENGINE_GROUPS.values()]))).toEqual([]);
  });

  it('is readable in a terminal', () => {
    const text = describeText(SCAN_DATA, 'scans.S.data.');
    expect(text).toContain('scans.S.data.energy  (float > 0 or none keV, default none)\n    Photon energy');
  });
});

describe('the JSON Schema', () => {
  const schema = z.fromJSONSchema(runSchema(GROUPS));
  const accepts = (text: string) => schema.safeParse(parseText(text).tree).success;

  it('accepts a configuration as users write it', () => {
    expect(schema.safeParse(parseText(CONFIG).tree).error).toBeUndefined();
  });

  it.each([
    ['numiter: 10', 'numitr: 10'],
    ['name: ML', 'name: MLE'],
    ['shape: [128, 64]', 'shape: [128]'],
    ['shape: [128, 64]', 'shape: 0'],
    ['verbose_level', 'verbose'],
    ['num_probe_modes: 2', 'num_probe_modes: two'],
    ['save: None', 'save: apend'],
    ['data: {', 'date: {'],
  ])('refuses %s as %s', (right, wrong) => {
    expect(CONFIG).toContain(right);
    expect(accepts(CONFIG.replace(right, wrong))).toBe(false);
  });

  it('carries help, unit, range and default', () => {
    const { definitions } = runSchema(GROUPS) as { definitions: Record<string, { properties: object }> };
    expect(definitions['data-PtydScan'].properties).toMatchObject({
      rebin: {
        description: 'Binning factor; it must divide the cropped shape. Unit: pixel.',
        anyOf: [{ type: 'null' }, { enum: ['None', ''] }, { type: 'integer', minimum: 1, maximum: 32 }],
        default: null,
      },
      shape: { default: 256 },
      energy: { default: null },
    });
  });
});
