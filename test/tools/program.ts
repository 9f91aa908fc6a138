/** Programs in TypeScript that tests start as processes and threads: bundled from the source as it is, so that each starts at once. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from './ptyflow.ts';

const FOLDER = join(ROOT, '.cache', 'programs');

const made = new Map<string, Promise<string>>();

/** A file that Node runs, made of a program and all that it imports. */
export function program(source: string): Promise<string> {
  const file = made.get(source) ?? bundle(source);
  made.set(source, file);
  return file;
}

async function bundle(source: string): Promise<string> {
  const file = join(FOLDER, basename(source).replace(/\.ts$/, '.mjs'));
  // Other tests may run the same program meanwhile.
  const own = file.replace(/\.mjs$/, `.${process.pid}.mjs`);
  mkdirSync(FOLDER, { recursive: true });
  await build({
    entryPoints: [source],
    outfile: own,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['esbuild', 'koffi', '@resvg/resvg-wasm'],
    // Packages in CommonJS ask for modules of Node by it.
    banner: { js: 'const require = process.getBuiltinModule;' },
    plugins: [whereSourcesAre],
    logLevel: 'silent',
  });
  renameSync(own, file);
  return file;
}

/** What lies beside a source file is found there; the program itself is the bundle. */
const whereSourcesAre: Plugin = {
  name: 'where sources are',
  setup: (made) => {
    made.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const here = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', here) };
    });
  },
};
