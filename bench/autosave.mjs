// What saving on the way costs: the demo with and without it, whole commands in pairs, interleaved.
//   node bench/autosave.mjs [pairs] [repetitions of its iterations]        (after npm run build)
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '..');
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');
const CONFIG = join(ROOT, 'examples', 'siemens-star', 'siemens-star.yaml');
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const KINDS = {
  off: ['io.autosave.active=false'],
  on: [],
  'without limit': ['io.autosave.share=1'],
};

/** Seconds from the first iteration to the last, and how many files were saved on the way. */
async function demo(settings, repetitions) {
  const output = mkdtempSync(join(tmpdir(), 'ptyflow-bench-'));
  const all = [
    ...settings,
    'io.pictures=false',
    `engines.difference_map.numiter=${40 * repetitions}`,
    `engines.maximum_likelihood.numiter=${20 * repetitions}`,
  ];
  const saved = new Set();
  const watcher = watch(output, (_event, name) => {
    if (name?.endsWith('.tmp')) saved.add(name);
  });
  try {
    const start = performance.now();
    const args = [COMMAND, 'run', CONFIG, '-o', output, '--json', ...all.flatMap((set) => ['--set', set])];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let first;
    let last;
    for await (const line of createInterface(child.stdout)) {
      const event = JSON.parse(line);
      if (event.event === 'iteration') {
        last = performance.now();
        first ??= last;
      }
    }
    const end = performance.now();
    // The files of the two engines are written with and without.
    return { engines: (last - first) / 1000, command: (end - start) / 1000, saved: saved.size - 2 };
  } finally {
    watcher.close();
    rmSync(output, { recursive: true, force: true });
  }
}

const pairs = Number(process.argv[2] ?? 9);
const repetitions = Number(process.argv[3] ?? 1);
const seen = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, []]));
for (let i = 0; i < pairs; i++) {
  // The other way round every other time.
  const kinds = Object.entries(KINDS);
  for (const [kind, settings] of i % 2 === 0 ? kinds : kinds.reverse()) {
    seen[kind].push(await demo(settings, repetitions));
  }
}
for (const [kind, runs] of Object.entries(seen)) {
  const figures = ['command', 'engines'].map((what) => {
    const ratio = median(runs.map((run, i) => run[what] / seen.off[i][what]));
    return `${what} ${median(runs.map((run) => run[what])).toFixed(2)} s (ratio ${ratio.toFixed(3)})`;
  });
  console.log(
    `autosave ${kind}: ${figures.join(', ')}, ${median(runs.map(({ saved }) => saved))} files on the way`,
  );
}
console.log('target: on ≤ 1.05 times off');
