// Lets `node --import` run the TypeScript source as it is, without a build.
import { register } from 'node:module';

const HOOKS = `
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from ${JSON.stringify(import.meta.resolve('esbuild'))};
export async function load(url, context, next) {
  if (!/^file:.*\\.ts$/.test(url) || url.includes('/node_modules/')) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), 'utf8'), { loader: 'ts', target: 'node20' });
  return { format: 'module', source: code, shortCircuit: true };
}`;

register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
