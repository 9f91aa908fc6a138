/** Runs what stands in the console blocks of a page under docs/, in order, in a copy of the page's example. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { afterAll, expect } from 'vitest';
import { ROOT } from './ptyflow.ts';

export const DOCS = join(ROOT, 'docs');
export const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);

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

/** Pages with commands. */
export function pagesWithCommands(): string[] {
  return PAGES.filter((page) => stepsOf(textOf(page)).length > 0);
}

export function textOf(page: string): string {
  return readFileSync(join(DOCS, page), 'utf8');
}

/**
 * A runner of pages for the package that is installed in the folder `home`, with `ptyflow` on the path: each page
 * runs in a copy of its example, and every command must print what the page shows. Call it before tests run.
 */
export function pageRunner(home: string): (page: string) => Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'ptyflow-docs-'));
  afterAll(() => {
    rmSync(scratch, { recursive: true });
  });
  // Before any page runs: a program that is being written cannot be started.
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  const command = join(home, 'dist', 'cli', 'main.js');
  writeFileSync(join(bin, 'ptyflow'), `#!/bin/sh\nexec "${process.execPath}" "${command}" "$@"\n`, {
    mode: 0o755,
  });

  /** A folder with the example's files and the package. */
  function workplace(page: string, example: string): string {
    const folder = join(scratch, page.replaceAll('/', '-'));
    cpSync(join(home, 'examples', example), folder, {
      recursive: true,
      filter: (source) => !/examples\/[^/]+\/(out|sim)(\/|$)/.test(source),
    });
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(home, join(folder, 'node_modules', 'ptyflow'));
    return folder;
  }

  return async (page) => {
    const text = textOf(page);
    const example = /All commands run in `examples\/([\w-]+)\/`/.exec(text)?.[1] ?? '';
    const folder = workplace(page, example);
    for (const step of stepsOf(text)) {
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}` };
      expect(await output(step.command, folder, env), step.command).toMatch(pattern(step.expected));
    }
  };
}

/** What a command prints. Pages run side by side: most of their time is that of commands. */
async function output(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn('sh', ['-c', `${command} 2>&1`], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  return text;
}
