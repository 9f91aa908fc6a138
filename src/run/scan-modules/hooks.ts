/**
 * Module hooks of Node for users' scan modules: TypeScript is stripped of its types, `ptyflow` is this package, and a `.js` file that
 * imports or exports is a module, whatever `package.json` there is or is not.
 * Runs on the loader's thread, with nothing of the main thread but what `initialize` is given.
 */
import { readFile } from 'node:fs/promises';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

let entry = '';

export const initialize: InitializeHook<{ entry: string }> = (data) => {
  entry = data.entry;
};

export const resolve: ResolveHook = (specifier, context, next) => {
  if (specifier === 'ptyflow' || specifier === 'ptyflow/node') {
    return { url: entry, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
};

export const load: LoadHook = async (url, context, next) => {
  if (/^file:(?!.*\/node_modules\/).*\.js$/.test(url) && context.format !== 'module') {
    const source = await readFile(fileURLToPath(url), 'utf8');
    if (/^\s*(import|export)\b/m.test(source)) return { format: 'module', source, shortCircuit: true };
  }
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const { transform } = await import('esbuild');
  const file = fileURLToPath(url);
  const { code } = await transform(await readFile(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    sourcefile: file,
    sourcemap: 'inline',
    target: 'node20',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
