/** The package holds what users need, and nothing that somebody made while trying the examples. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from './tools/ptyflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'ptyflow-pack-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the tutorial, the demo and the how-to pages leave behind. */
const MADE = [
  'docs/reference/api/index.html',
  'examples/numpy-scan/sim/ccd/diffraction_0000.npy',
  'examples/numpy-scan/numpy-scan.ptyd',
  'examples/numpy-scan/dumps/numpy-scan/numpy-scan_DM_0010.ptyr',
  'examples/moonflower/live.h5',
  'examples/moonflower/scan/ccd/frame_000000.npy',
  'examples/siemens-star/out/phase.png',
  'examples/siemens-star/star.ptyd.chunk00',
];

/** Of the page: as large as all the rest, and the page itself is at hand. */
const PICTURES = 'docs/images/page/';

function tracked(): string[] {
  const names = ['package.json', 'CHANGELOG.md', 'docs', 'examples', 'schema', 'LICENSE', 'README.md'];
  return execFileSync('git', ['ls-files', ...names], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((name) => !name.startsWith(PICTURES));
}

describe('the package', () => {
  it('holds the examples as they are in the repository', () => {
    for (const file of tracked()) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    for (const file of MADE) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), 'made');
    }
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
    expect(files.map(({ path }) => path).sort()).toEqual(tracked().sort());
  });
});
