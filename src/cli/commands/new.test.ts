import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { parseText } from '../../params/yaml.ts';
import { configFromTree } from '../../run/config/config.ts';
import { create } from './new.ts';
import { configJson, configYaml, scanSource } from './new-templates.ts';

const folder = temporaryFolder();

describe('ptyflow new', () => {
  it('writes what the ending says', async () => {
    for (const name of ['a.yaml', 'b.yml', 'c.json', 'D.JSON']) {
      await create('config', join(folder, 'configs', name), { quiet: true });
      const text = readFileSync(join(folder, 'configs', name), 'utf8');
      const { config, warnings } = configFromTree(parseText(text).tree, {
        scanGroups: new ScanRegistry(),
        engineGroups: ENGINE_GROUPS,
      });
      expect(warnings).toEqual([]);
      expect(config.engines.map((engine) => [engine.key, engine.name, engine.values.numiter])).toEqual([
        ['difference_map', 'DM', 50],
        ['maximum_likelihood', 'ML', 30],
      ]);
    }
    expect(JSON.parse(readFileSync(join(folder, 'configs', 'c.json'), 'utf8'))).toHaveProperty('scans.S');
    for (const name of ['e.js', 'e.mjs']) {
      await create('scan', join(folder, name), { quiet: true });
      const source = readFileSync(join(folder, name), 'utf8');
      expect(source).not.toMatch(/override|protected|readonly|import type|: RawMeta|number\[\]/);
      expect(source).toContain('export class E extends PtyScan {');
    }
    for (const name of ['e.ts', 'e.mts']) {
      await create('scan', join(folder, name), { quiet: true });
      expect(readFileSync(join(folder, name), 'utf8')).toContain(
        'protected override loadCommon(): RawMeta {',
      );
    }
  });

  it.each([
    ['scan', 'x.py', /x\.py: a scan is written to a file that ends in \.ts, \.mts, \.js, \.mjs/],
    ['scan', 'x.yaml', /ends in \.ts/],
    ['scan', 'x', /ends in \.ts/],
    ['config', 'x.ts', /x\.ts: a config is written to a file that ends in \.yaml, \.yml, \.json/],
    ['config', '.json', /ends in/],
    ['config', 'x.toml', /ends in/],
    ['constructor', 'x.ts', /expected scan or config/],
  ])('refuses %s %s, and writes nothing', async (what, name, says) => {
    const file = join(folder, 'refused', name);
    await expect(create(what, file, {})).rejects.toThrow(says);
    expect(existsSync(file)).toBe(false);
  });

  it('never writes over anything', async () => {
    mkdirSync(join(folder, 'there'), { recursive: true });
    writeFileSync(join(folder, 'there', 'a.json'), 'mine');
    symlinkSync('nowhere', join(folder, 'there', 'b.json'));
    mkdirSync(join(folder, 'there', 'c.json'));
    for (const name of ['a.json', 'b.json', 'c.json']) {
      await expect(create('config', join(folder, 'there', name), {})).rejects.toThrow(/exists already/);
    }
    expect(readFileSync(join(folder, 'there', 'a.json'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'there', 'nowhere'))).toBe(false);
  });

  it('means the same in every language', () => {
    expect(parseText(configYaml()).tree).toEqual(JSON.parse(configJson()));
    const bare = (code: string): string => code.replace(/\W+/g, ' ');
    const words = bare(scanSource('X', 'TypeScript')).split(' ');
    expect(
      bare(scanSource('X', 'JavaScript'))
        .split(' ')
        .every((word) => words.includes(word)),
    ).toBe(true);
  });
});
