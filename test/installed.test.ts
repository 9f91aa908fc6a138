/** What a user gets who installs the package. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampled } from './tools/sampled.ts';
import { temporaryFolder } from './tools/h5py.ts';
import { install } from './tools/installed.ts';
import { ROOT } from './tools/ptyflow.ts';

const folder = temporaryFolder();
const COMMAND = join(folder, 'node_modules', 'ptyflow', 'dist', 'cli', 'main.js');

let packed: readonly string[];

beforeAll(() => {
  packed = install(folder, ['@types/node']);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});

describe('the files of the package', () => {
  it('are scripts, their types, the page, the HDF5 library and the terms of others: no map points to sources that are not shipped', () => {
    const built = packed.filter((name) => name.startsWith('dist/'));
    const isPage = (name: string): boolean =>
      /^dist\/(viewer|run\/report\/page)\/.*\.(html|css|svg)$/.test(name);
    expect(built.filter((name) => !/\.(js|d\.ts)$/.test(name) && !isPage(name)).sort()).toEqual([
      'dist/THIRD-PARTY.txt',
      'dist/hdf5/generated/hdf5.wasm',
    ]);
    expect(built).toContain('dist/viewer/index.html');
    const text = (name: string): string =>
      readFileSync(join(folder, 'node_modules', 'ptyflow', name), 'utf8');
    expect(built.filter((name) => /^\/\/# sourceMappingURL=(?!data:)/m.test(text(name)))).toEqual([]);
  });
});

/** Programs of the library page. */
const LIBRARY = ['moonflower.mjs', 'prepared.mjs', 'live.mjs'];

describe('the types of the package', () => {
  beforeAll(() => {
    cpSync(join(ROOT, 'examples/numpy-scan/numpy-scan.ts'), join(folder, 'numpy-scan.ts'));
    cpSync(join(ROOT, 'examples/library'), folder, { recursive: true });
    writeFileSync(
      join(folder, 'page.ts'),
      "import { zeros } from 'ptyflow/browser';\nimport { grids } from 'ptyflow/physics';\nexport const shape = [grids([8, 8]).shape, zeros('uint8', [2]).shape];\n",
    );
    execFileSync(process.execPath, [COMMAND, 'new', 'scan', 'own-scan.ts'], { cwd: folder });
  });

  /** What the compiler complains about. */
  function typeCheck(module: string, moduleResolution: string, skipLibCheck: boolean): string {
    const files = ['numpy-scan.ts', 'own-scan.ts', 'page.ts', ...LIBRARY];
    const compilerOptions = {
      ...{ module, moduleResolution, target: 'es2023', lib: ['es2023', 'dom'], types: ['node'] },
      ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck, noEmit: true },
      ...{ allowJs: true, checkJs: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const compiler = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
  }

  it.each(
    sampled<[string, string, boolean]>(1, [
      ['nodenext', 'nodenext', false],
      ['esnext', 'bundler', true],
    ]),
  )('fit the scan of the tutorial, a new one and a page (%s, %s)', (module, resolution, skipLibCheck) => {
    expect(typeCheck(module, resolution, skipLibCheck)).toBe('');
  });
});

describe('the program of the library page', () => {
  it('has at most 40 lines, prints live errors, and writes a reconstruction and pictures', () => {
    const program = readFileSync(join(folder, 'moonflower.mjs'), 'utf8');
    expect(program.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    const out = execFileSync(process.execPath, ['moonflower.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(out).toMatch(
      /^(DM \d+: magnitude error \S+\n){4}(ML \d+: magnitude error \S+\n){2}R-factor 0\.0\d+\n$/,
    );
    const phase = readFileSync(join(folder, 'pictures/phase.png'));
    expect(phase.subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(join(folder, 'moonflower.ptyr')).subarray(1, 4).toString()).toBe('HDF');
  });
});

describe('without esbuild', () => {
  it.each(sampled(1, ['mine.ts', 'mine.mjs']))(
    'a scan module in %s is loaded, or the error says what to install',
    (file) => {
      execFileSync(process.execPath, [COMMAND, 'new', 'scan', file], { cwd: folder });
      writeFileSync(join(folder, 'mine.json'), '{ "scans": { "S": { "data": { "name": "Mine" } } } }');
      const args = [COMMAND, 'prepare', 'mine.json', '--scan-module', file, '-o', `${file}.ptyd`];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
      if (file === 'mine.mjs' || 'stripTypeScriptTypes' in nodeModule) {
        expect({ status, stderr }).toMatchObject({ status: 0 });
      } else {
        expect(stderr).toContain('--scan-module: mine.ts cannot be loaded: ');
        expect(stderr).toContain('npm install esbuild');
        expect(status).toBe(2);
      }
    },
  );
});

describe('a page that imports', () => {
  async function bundledBytes(code: string): Promise<number> {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: folder },
      ...{ bundle: true, minify: true, platform: 'browser', format: 'esm', write: false },
    });
    return outputFiles[0].contents.length;
  }

  it.each([
    ["{ grids } from 'ptyflow/physics'", 4],
    ["{ zeros } from 'ptyflow'", 4],
    // With the parts of zod that declarations use.
    ["{ parameters } from 'ptyflow/browser'", 130],
    ["* from 'ptyflow/browser'", 450],
  ])('%s is at most %i kB', async (what, most) => {
    expect(await bundledBytes(`export ${what}`)).toBeLessThan(1000 * most);
  });
});

describe('a program that is minified', () => {
  const PROGRAM = `
import { ConfigError, DataError, FileError } from './src/errors.ts';
import { QuickScan } from './src/loaders/quick/loader.ts';
import { ScanRegistry } from './src/loaders/registry.ts';
import { PtyScan } from './src/scan/pty-scan.ts';
export class Mine extends PtyScan {}
class Other extends QuickScan {}
class Named extends QuickScan { static scanName = 'ByItself'; load() { throw new TypeError('no detector'); } }
const registry = new ScanRegistry();
const before = [...registry.keys()];
const added = registry.registerModule({ Mine, OtherScan: Other, default: Named }, 'mine.js');
const failed = (scan) => scan.initialize().then(() => scan.auto(1)).catch(({ name, message }) => name + ': ' + message);
const geometry = { energy: 1, distance: 1, psize: 1e-6, num_frames: 1 };
console.log(JSON.stringify({
  ...{ before, added, modules: [...registry.keys()].filter((name) => registry.moduleOf(name) === 'mine.js') },
  errors: await Promise.all([...['Mine', 'ByItself'].map((name) => registry.create(name, geometry)), new Named(geometry)].map(failed)),
  names: [new FileError('', { file: '' }), new DataError(''), new ConfigError([])].map(({ name }) => name),
}));`;

  it('knows scan classes and errors by their names', async () => {
    const program = join(folder, 'minified.mjs');
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    await build({
      stdin: { contents: PROGRAM, resolveDir: ROOT },
      ...{ bundle: true, minify: true, platform: 'node', format: 'esm', outfile: program },
      external: [...Object.keys(dependencies), 'koffi'],
    });
    expect(readFileSync(program, 'utf8')).not.toContain('class Hdf5Loader');
    const said = execFileSync(process.execPath, [program], { encoding: 'utf8' });
    const lacks = 'cannot load frames: override load(indices)';
    expect(JSON.parse(said)).toEqual({
      before: [
        ...['Hdf5Loader', 'MoonFlowerScan', 'PtydScan', 'QuickScan', 'SimScan', 'WatchLoader'],
        ...['SwmrLoader', 'FilesLoader'],
      ],
      added: ['Mine', 'OtherScan', 'ByItself'],
      modules: ['Mine', 'OtherScan', 'ByItself'],
      errors: [`DataError: Mine ${lacks}`, ...Array<string>(2).fill('DataError: ByItself.load: no detector')],
      names: ['FileError', 'DataError', 'ConfigError'],
    });
  });
});
