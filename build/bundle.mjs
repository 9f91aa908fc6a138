// Bundles what Node loads of dist/: a program of 500 small files takes longer to load than to run. The entries keep their paths,
// share their parts in dist/chunks/, and hold the packages they use. Browsers' bundlers take the compiler's files as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8'));

/** Modules that are named by their file: threads, hooks. */
const NAMED = /'([^']+\.js)', import\.meta\.url/g;

const REQUIRE = `const require = (name) => {
  const module = process.getBuiltinModule(name);
  if (module === undefined) throw new Error('no module ' + name);
  return module;
};`;

/** Bundles the working directory's package and adds the terms of the packages that it holds. */
export async function bundle() {
  const { metafile } = await build({
    entryPoints: entries(),
    outdir: 'dist',
    outbase: 'src',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Optional ones, and one that brings a file of its own.
    external: ['esbuild', 'koffi', '@resvg/resvg-wasm'],
    // Packages in CommonJS ask for modules of Node by it, and try optional ones that are not there.
    banner: { js: REQUIRE },
    plugins: [whereModulesAre],
    legalComments: 'none',
    metafile: true,
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  const page = JSON.parse(readFileSync('.cache/page-packages.json', 'utf8'));
  const terms = [...new Set(['h5wasm', ...packages, ...page])].sort().map(termsOf);
  writeFileSync('dist/THIRD-PARTY.txt', `${terms.join('\n\n---\n\n')}\n`);
}

/** The script and the style sheet that stand in reports: each one file, for browsers. */
export async function bundleReportPage() {
  await build({
    entryPoints: ['src/run/report/page/main.ts', 'src/run/report/page/style.css'],
    outdir: 'dist/run/report/page',
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
  });
}

/** What Node starts from: the package's doors, and modules that others start by their file. */
function entries() {
  const doors = [
    ...Object.values(PACKAGE.bin),
    ...Object.values(PACKAGE.exports).map(({ node }) => node?.default),
  ];
  const sources = readdirSync('src', { recursive: true }).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const named = sources.flatMap((name) =>
    [...readFileSync(join('src', name), 'utf8').matchAll(NAMED)].map(([, file]) => join(dirname(name), file)),
  );
  const files = [...doors.filter(Boolean).map((door) => relative('dist', door)), ...named];
  return [...new Set(files)].map((file) => join('src', file.replace(/\.js$/, '.ts')));
}

/** A module that asks where it is gets the answer of its own file, whichever chunk it is in. */
const whereModulesAre = {
  name: 'where modules are',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const file = `./dist/${relative('src', path).replace(/\.ts$/, '.js')}`;
      const here = `new URL('${file}', import.meta.resolve('${PACKAGE.name}/package.json')).href`;
      return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', here) };
    });
  },
};

/** The terms of a package whose code is in dist/. */
function termsOf(name) {
  const folder = join('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return [
    `${name} ${version} (${license})`,
    ...texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()),
  ].join('\n\n');
}
