import { expect, it } from 'vitest';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { registryWith } from '../scan-modules/load.ts';
import { configFromTree } from './config.ts';
import { parameterGroups, tidyTree } from './parameter-rows.ts';

const registry = await registryWith();
const check = (tree: unknown) => configFromTree(tree, { scanGroups: registry, engineGroups: ENGINE_GROUPS });

const GIVEN = {
  run: 'moon',
  scans: {
    'S.1': {
      data: { name: 'MoonFlowerScan', num_frames: 30, shape: 64 },
      illumination: { aperture: { form: 'circ', size: 3e-6 }, diversity: null },
    },
  },
  engines: {
    first: { name: 'DM', numiter: 5, position_refinement: true },
    second: { name: 'ML', probe_support: null },
  },
};
const stored = check(GIVEN).config.tree;

it('shows each parameter with its default, its help and its unit', () => {
  const groups = parameterGroups(stored, registry);
  expect(groups.map(({ at, of }) => [at, of])).toEqual([
    ['scans.S.1.data', 'MoonFlowerScan'],
    ['scans.S.1', ''],
    ['engines.first', 'DM'],
    ['engines.second', 'ML'],
    ['', ''],
  ]);
  const rows = new Map(groups.flatMap(({ rows: all }) => all.map((row) => [row.name, row])));
  expect(rows.get('scans.S.1.data.num_frames')).toMatchObject({
    ...{ value: '30', default: '100', differs: true, unit: 'frames' },
    help: expect.stringContaining('Frames') as string,
  });
  expect(rows.get('engines.first.numiter')).toMatchObject({ value: '5', differs: true });
  expect(rows.get('engines.first.position_refinement')).toMatchObject({ value: 'on', default: 'none' });
  expect(rows.get('engines.second.numiter')).toMatchObject({ differs: false });
});

it('leaves out what equals its default, and means the same', () => {
  const less = tidyTree(stored, registry, { onlyDiffering: true });
  expect(JSON.stringify(less).length).toBeLessThan(JSON.stringify(stored).length / 3);
  expect(less).toMatchObject({ engines: { first: { name: 'DM', numiter: 5, position_refinement: {} } } });
  expect(check(less).config.tree).toEqual(stored);
  const data = { name: 'MoonFlowerScan', num_frames: 100, weight2d: [1] };
  const tidy = tidyTree({ dry_run: true, scans: { S: { data } } }, registry, { onlyDiffering: false });
  expect(tidy).toEqual({ scans: { S: { data: { name: 'MoonFlowerScan', num_frames: 100 } } } });
});

it('keeps what is not declared, as of files of other programs', () => {
  const tree = { scans: { S: { data: { name: 'Theirs', gain: 3 } } }, engines: { e: { name: 'New', x: 1 } } };
  expect(tidyTree(tree, registry, { onlyDiffering: false })).toEqual(tree);
  expect(parameterGroups(tree, registry)[0].rows).toContainEqual({
    ...{ name: 'scans.S.data.gain', value: '3', default: undefined, differs: true, help: '', unit: '' },
  });
});
