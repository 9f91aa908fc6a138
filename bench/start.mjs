// How long it takes to start: the import of the library, the help of the command, the check of a small file, a small reconstruction.
//   node bench/start.mjs [rounds] [other clone, built]        (after npm run build)
// Whole processes, and the same of the other clone in turns; medians, and the medians of the ratios.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Where a machine names certificates, Node reads them at every start, about 50 ms that say nothing of the program.
delete process.env.NODE_EXTRA_CA_CERTS;

const [rounds = '9', other] = process.argv.slice(2);
const clones = [join(import.meta.dirname, '..'), ...(other === undefined ? [] : [resolve(other)])];
const folder = mkdtempSync(join(tmpdir(), 'ptyflow-start-'));
const command = (clone, ...args) => [join(clone, 'dist', 'cli', 'main.js'), ...args];
const importing = (clone) => `import(${JSON.stringify(pathToFileURL(join(clone, 'dist', 'node.js')).href)})`;
const FEW = ['engines.difference_map.numiter=5', 'engines.maximum_likelihood.numiter=1'];

const STARTS = {
  'node itself': () => ['-e', '0'],
  "import('ptyflow')": (clone) => ['-e', importing(clone)],
  'ptyflow --help': (clone) => command(clone, '--help'),
  'ptyflow validate small.ptyd': (clone) => command(clone, 'validate', 'small.ptyd'),
  'ptyflow reconstruct small.ptyd': (clone) =>
    command(clone, 'reconstruct', 'small.ptyd', '-o', 'out', ...FEW.flatMap((one) => ['--set', one])),
};

function seconds(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

execFileSync(
  process.execPath,
  command(clones[0], 'simulate', 'small.ptyd', '--frames', '20', '--shape', '32'),
  {
    cwd: folder,
    stdio: 'ignore',
  },
);
for (const [name, args] of Object.entries(STARTS)) {
  const times = Array.from({ length: Number(rounds) }, () => clones.map((clone) => seconds(args(clone))));
  const [own, others] = clones.map((_, i) => median(times.map((round) => round[i])));
  const ratio =
    others === undefined
      ? ''
      : `, the other ${others.toFixed(3)} s, ratio ${median(times.map(([a, b]) => a / b)).toFixed(2)}`;
  console.log(`${name}: ${own.toFixed(3)} s${ratio}`);
}
// Without what Node itself takes.
const inside = Array.from({ length: Number(rounds) }, () =>
  clones.map((clone) => {
    const program = `const t = performance.now(); await ${importing(clone)}; console.log(performance.now() - t)`;
    return Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }),
    );
  }),
);
console.log(
  `import alone: ${clones.map((_, i) => `${median(inside.map((round) => round[i])).toFixed(0)} ms`).join(', ')}`,
);
rmSync(folder, { recursive: true });
