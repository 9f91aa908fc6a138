/**
 * Module hooks of Node for users' scan modules: TypeScript is stripped of its types, `ptyflow` is this package, and a `.js` file that
 * imports or exports is a module, whatever `package.json` there is or is not.
 * Runs on the loader's thread, with nothing of the main thread but what `initialize` is given.
 */
import { readFile } from 'node:fs/promises';
import * as node from 'node:module';
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
  const file = fileURLToPath(url);
  const source = await withoutTypes(await readFile(file, 'utf8'), file);
  return { format: 'module', source, shortCircuit: true };
};

/** Node from 22.13 on. */
interface TypeStripping {
  readonly stripTypeScriptTypes?: (code: string, options: { readonly sourceUrl: string }) => string;
}

/** JavaScript of TypeScript: by esbuild, which is optional; without it by Node, where it can. */
async function withoutTypes(source: string, file: string): Promise<string> {
  const esbuild = await import('esbuild').catch(() => undefined);
  if (esbuild !== undefined) {
    const { code } = await esbuild.transform(source, {
      ...{ loader: 'ts', format: 'esm', target: 'node20', sourcefile: file, sourcemap: 'inline' },
    });
    return code;
  }
  const { stripTypeScriptTypes } = node as TypeStripping;
  if (stripTypeScriptTypes !== undefined) return stripTypeScriptTypes(source, { sourceUrl: file });
  throw new Error(
    `TypeScript needs esbuild, which is not installed: npm install esbuild; or Node 22.13 or newer, this is ${process.version}`,
  );
}
