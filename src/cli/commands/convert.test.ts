import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, FileError } from '../../errors.ts';
import { convert } from './convert.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-convert-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);
const options = { quiet: true, scanModule: [] };
writeFileSync(at('p.json'), '{"scans": {"S": {"data": {"name": "MoonFlowerScan", "num_frames": 5}}}}');

describe('convert', () => {
  it('writes a configuration, in a folder of its own if it must, and never over another', async () => {
    await convert(at('p.json'), at('new/run.yaml'), options);
    expect(readFileSync(at('new/run.yaml'), 'utf8')).toMatch(/^# Made by `ptyflow convert` from p\.json/);
    writeFileSync(at('run.yaml'), 'mine');
    await expect(convert(at('p.json'), at('run.yaml'), options)).rejects.toThrow(/run\.yaml exists already/);
    expect(readFileSync(at('run.yaml'), 'utf8')).toBe('mine');
  });

  it('refuses what is no pair of parameters and configuration', async () => {
    await expect(convert(at('p.json'), at('x.json'), options)).rejects.toThrow(/ends in \.yaml/);
    await expect(convert(at('none.json'), at('x.yaml'), options)).rejects.toThrow(FileError);
    writeFileSync(at('list.json'), '[1, 2]');
    await expect(convert(at('list.json'), at('x.yaml'), options)).rejects.toThrow(ConfigError);
    expect(existsSync(at('x.yaml'))).toBe(false);
  });

  it('writes what there is and says what is missing', async () => {
    writeFileSync(at('empty.json'), '{"engines": {"e": {"name": "DM"}}}');
    await expect(convert(at('empty.json'), at('y.yaml'), options)).rejects.toThrow(
      /at least one scan is needed/,
    );
    expect(readFileSync(at('y.yaml'), 'utf8')).toContain('name: DM');
  });
});
