// Builds once, then tests, format, lint and types side by side; fails where one of them does.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));

const BIN = 'node_modules/.bin';
const FORMAT = [`${BIN}/oxfmt`, '--check', '.'];
const TYPES = ['node', 'node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.json'];
const PAGE_TYPES = ['node', 'node_modules/@typescript/native/bin/tsc', '-p', 'viewer/tsconfig.json'];
const LINT = [`${BIN}/oxlint`];

/** Runs a command; its output comes when it ends, and at once with `isShown`. */
function run([command, ...args], isShown = false) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(command, args, { stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text));
    child.on('close', (status) => {
      resolve({ ok: status === 0, output, seconds: Math.round((performance.now() - start) / 1000) });
    });
  });
}

/** Whether the check finds nothing; what it says is shown when it has ended. */
async function check(name, command) {
  const { ok, output, seconds } = await run(command);
  console.log(`\n ${ok ? '✓' : '✗'} ${name} ${seconds} s\n${output}`);
  return ok;
}

const format = check('format', FORMAT);
const built = await run(['node', 'build/build.mjs'], true);
if (!built.ok) {
  await format;
  process.exit(1);
}
const tests = run([`${BIN}/vitest`, 'run'], true);
// One after the other: the tests keep both cores busy.
const types = await check('types', TYPES);
const pageTypes = await check('types of the page', PAGE_TYPES);
const lint = await check('lint', LINT);
const results = { format: await format, types, pageTypes, lint, tests: (await tests).ok };
const failed = Object.keys(results).filter((name) => !results[name]);
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
