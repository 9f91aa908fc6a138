/** The pages under docs/ tell the truth: `file=` blocks show files as they are, links lead somewhere. Their commands: `test/long/docs.test.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PAGES, textOf } from './tools/docs.ts';
import { ROOT } from './tools/ptyflow.ts';

describe('documentation', () => {
  it.each(PAGES)('%s shows files as they are', (page) => {
    const text = textOf(page);
    for (const [, file, shown] of text.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```/gm)) {
      expect(shown.trimEnd(), file).toBe(readFileSync(join(ROOT, file), 'utf8').trimEnd());
    }
  });

  it('docs/reference/events.md tells of every event', () => {
    const declared = readFileSync(join(ROOT, 'src/run/events.ts'), 'utf8');
    const kinds = [...declared.matchAll(/event: '(\w+)'/g)].map(([, kind]) => kind);
    const told = [...textOf('reference/events.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, kind]) => kind);
    expect(kinds.length).toBeGreaterThan(15);
    expect(told.sort()).toEqual([...new Set(kinds)].sort());
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
