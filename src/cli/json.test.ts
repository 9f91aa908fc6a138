/** `--json`: standard output holds events and nothing else, and the last one says how the command ended. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { goldenPath } from '../../test/tools/golden.ts';
import { temporaryFolder } from '../../test/tools/h5py.ts';
import { DOCS } from '../../test/tools/docs.ts';
import { execute } from './execute.ts';
import { alone } from './world.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
copyFileSync(goldenPath('files/moon_DM.ptyr'), at('a.ptyr'));
copyFileSync(goldenPath('files/moon_append.ptyd'), at('a.ptyd'));
writeFileSync(at('script.py'), 'import ptypy\n');
writeFileSync(at('p.json'), '{"scans": {"S": {"data": {"name": "MoonFlowerScan", "num_frames": 5}}}}');

const told = [...readFileSync(join(DOCS, 'reference/events.md'), 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
  ([, kind]) => kind,
);

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a command writes to standard output. */
async function printed(args: readonly string[]): Promise<string> {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((data) => {
    text += String(data);
    return true;
  });
  await execute(['node', 'ptyflow', ...args], alone());
  return text;
}

async function events(args: readonly string[]): Promise<{ event: string; [name: string]: unknown }[]> {
  const lines = (await printed([...args, '--json'])).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as { event: string });
}

describe('--json', () => {
  it.each([
    ['info', ['a.ptyr'], ['entry', 'done']],
    ['schema', ['DM'], ['parameter', 'done']],
    ['schema', ['rebin'], ['parameter', 'done']],
    ['validate', ['a.ptyr'], ['valid', 'done']],
    ['validate', ['a.ptyd'], ['valid', 'done']],
    ['frc', ['a.ptyr', 'a.ptyr', '-o', 'frc.png'], ['warning', 'resolution', 'saved', 'done']],
    ['new', ['config', 'c.yaml'], ['saved', 'note', 'done']],
    ['new', ['scan', 'c.ts'], ['saved', 'note', 'done']],
    ['convert', ['p.json', 'converted.yaml'], ['saved', 'done']],
  ])('of %s %j is events only, all of them documented', async (command, args, kinds) => {
    const paths = args.map((arg) => (arg.includes('.') ? at(arg) : arg));
    const seen = (await events([command, ...paths])).map(({ event }) => event);
    expect([...new Set(seen)].sort()).toEqual([...kinds].sort());
    expect(seen.at(-1)).toBe('done');
    for (const kind of seen) expect(told).toContain(kind);
  });

  it('names what new and convert wrote', async () => {
    const saved = (await events(['new', 'scan', at('d.js')])).at(0);
    expect(saved).toEqual({ event: 'saved', what: 'scan class', file: at('d.js') });
    expect((await events(['convert', at('p.json'), at('e.yaml')])).at(0)).toEqual({
      event: 'saved',
      what: 'config',
      file: at('e.yaml'),
    });
  });
});

describe('--quiet', () => {
  it('says nothing of what new wrote', async () => {
    expect(await printed(['new', 'config', at('q.yaml'), '-q'])).toBe('');
    expect(await printed(['new', 'config', at('r.yaml')])).toMatch(/^wrote .*r\.yaml; run it with/);
  });
});

describe('convert', () => {
  it.each([
    ['script.py', /is a Python script: docs\/howto\/from-ptypy\.md explains how/],
    ['a.ptyr', /is a reconstruction: ptyflow reconstruct --resume/],
    ['a.ptyd', /holds prepared frames: ptyflow reconstruct/],
  ])('of %s says which command is for it', async (name, says) => {
    await expect(printed(['convert', at(name), at('never.yaml')])).rejects.toThrow(says);
  });
});
