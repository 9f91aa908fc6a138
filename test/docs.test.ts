/**
 * The pages under docs/ tell the truth: what stands in a console block is run, in order, in a copy of the page's example, and must
 * print what the page says. `…` stands for any text on a line, a line of its own for any lines. `file=` blocks show files.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMAND, ROOT } from './tools/ptyflow.ts';

const DOCS = join(ROOT, 'docs');
const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));

interface Step {
  readonly command: string;
  readonly expected: string[];
}

function stepsOf(text: string): Step[] {
  const steps: Step[] = [];
  for (const [, body] of text.matchAll(/^```console\n([\s\S]*?)^```/gm)) {
    for (const line of body.trimEnd().split('\n')) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
      else steps.at(-1)?.expected.push(line);
    }
  }
  return steps;
}

function pattern(lines: readonly string[]): RegExp {
  const parts = lines.map((line) => {
    if (line === '…') return '(?:[^\\n]*\\n)*?';
    const escaped = line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `${escaped.replaceAll('…', '[^\\n]*')}\\n`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

const scratch = mkdtempSync(join(tmpdir(), 'ptyflow-docs-'));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** A folder with the example's files, the package, and `ptyflow` on the path. */
function workplace(page: string, example: string): { folder: string; path: string } {
  const folder = join(scratch, page.replaceAll('/', '-'));
  cpSync(join(ROOT, 'examples', example), folder, {
    recursive: true,
    filter: (source) => !/examples\/[^/]+\/(out|sim)(\/|$)/.test(source),
  });
  mkdirSync(join(scratch, 'bin'), { recursive: true });
  writeFileSync(
    join(scratch, 'bin', 'ptyflow'),
    `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`,
    { mode: 0o755 },
  );
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules', 'ptyflow'));
  return { folder, path: `${join(scratch, 'bin')}:${process.env.PATH ?? ''}` };
}

describe('documentation', () => {
  it.each(PAGES.filter((page) => stepsOf(readFileSync(join(DOCS, page), 'utf8')).length > 0))(
    'the commands of %s print what it says',
    (page) => {
      const text = readFileSync(join(DOCS, page), 'utf8');
      const example = /All commands run in `examples\/([\w-]+)\/`/.exec(text)?.[1] ?? '';
      const { folder, path } = workplace(page, example);
      for (const { command, expected } of stepsOf(text)) {
        const { stdout } = spawnSync('sh', ['-c', `${command} 2>&1`], {
          cwd: folder,
          encoding: 'utf8',
          env: { ...process.env, PATH: path },
        });
        expect(stdout, command).toMatch(pattern(expected));
      }
    },
    240_000,
  );

  it.each(PAGES)('%s shows files as they are', (page) => {
    const text = readFileSync(join(DOCS, page), 'utf8');
    for (const [, file, shown] of text.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```/gm)) {
      expect(shown.trimEnd(), file).toBe(readFileSync(join(ROOT, file), 'utf8').trimEnd());
    }
  });

  it.each([...PAGES.map((page) => join('docs', page)), 'README.md', 'CONTRIBUTING.md'])(
    '%s links to what is there',
    (page) => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, target]) => target);
      const broken = links.filter((target) => {
        try {
          readdirSync(join(ROOT, page, '..', target, '..'));
          readFileSync(join(ROOT, page, '..', target));
          return false;
        } catch (error) {
          return (error as NodeJS.ErrnoException).code !== 'EISDIR';
        }
      });
      expect(broken).toEqual([]);
    },
  );
});
