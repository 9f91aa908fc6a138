/** The table of who may import what (docs/explanation/architecture.md) holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', 'src');

const ALLOWED: Partial<Record<string, readonly string[]>> = {
  array: [],
  frames: ['array'],
  files: [],
  params: [],
  hdf5: ['array', 'files'],
  geometry: ['frames', 'array'],
  parallel: ['array'],
  compute: ['geometry', 'frames', 'array'],
  simulation: ['geometry', 'frames', 'array'],
  pictures: ['frames', 'array'],
  ptyd: ['hdf5', 'files', 'frames', 'array'],
  ptyr: ['hdf5', 'files', 'params', 'frames', 'array'],
  scan: ['ptyd', 'hdf5', 'files', 'geometry', 'parallel', 'params', 'frames', 'array'],
  loaders: ['scan', 'ptyd', 'hdf5', 'geometry', 'simulation', 'params', 'frames', 'array'],
  model: ['geometry', 'simulation', 'parallel', 'compute', 'params', 'frames', 'array'],
  engines: ['model', 'compute', 'parallel', 'params', 'frames', 'array'],
  quality: ['model', 'geometry', 'frames', 'array'],
  run: ['*'],
  server: [
    'run',
    'ptyr',
    'ptyd',
    'hdf5',
    'files',
    'quality',
    'model',
    'scan',
    'geometry',
    'params',
    'frames',
    'array',
  ],
  cli: [
    'geometry',
    'run',
    'loaders',
    'engines',
    'params',
    'ptyd',
    'ptyr',
    'hdf5',
    'files',
    'frames',
    'array',
    'parallel',
    'simulation',
    'scan',
    'server',
  ],
};
/** Rooms of which only types are needed. */
const TYPES_OF: Partial<Record<string, readonly string[]>> = {
  loaders: ['parallel'],
  quality: ['ptyr'],
  cli: ['quality'],
};
const EVERYWHERE = ['breathe.ts', 'errors.ts', 'log.ts', 'version.ts'];
const NODE_ROOMS = ['cli', 'server', 'files', 'ptyd', 'ptyr', 'loaders', 'run', 'pictures'];
/** Parts of other rooms that only Node has. */
const NODE_FILES = ['parallel/mpi.ts', 'parallel/thread-team.ts', 'hdf5/node-host.ts', 'hdf5/confine.ts'];
const ENTRIES = ['index.ts', 'node.ts'];
/** Sub-paths of the package: lists of what other rooms have. */
const DOORS = 'doors';

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  const pattern = /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    room: file.split('/')[0],
    target: match.at(2) ?? match[3],
    typeOnly: match.at(1) !== undefined,
  }));
}

const imports = files.flatMap(importsOf);

describe('architecture', () => {
  it('sees the whole source', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
  });

  it('lets rooms import only what the table allows', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .map((entry) => ({ ...entry, path: relative(SOURCE, join(SOURCE, entry.file, '..', entry.target)) }))
      .filter(({ file, room, path, typeOnly }) => {
        if (
          ENTRIES.includes(file) ||
          room === DOORS ||
          path.startsWith(`${DOORS}/`) ||
          EVERYWHERE.includes(file) ||
          EVERYWHERE.includes(path)
        )
          return false;
        const allowed = [room, ...(ALLOWED[room] ?? []), ...(typeOnly ? (TYPES_OF[room] ?? []) : [])];
        return !allowed.includes('*') && !allowed.includes(path.split('/')[0]);
      })
      .map(({ file, path }) => `${file} imports ${path}`);
    expect(wrong).toEqual([]);
  });

  it('has every room in the table', () => {
    const rooms = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
    expect([...rooms].filter((room) => room !== DOORS && !(room in ALLOWED))).toEqual([]);
  });

  it('keeps Node out of the rooms that run in a browser', () => {
    const wrong = imports.filter(
      ({ file, room, target }) =>
        target.startsWith('node:') && !NODE_ROOMS.includes(room) && !NODE_FILES.includes(file),
    );
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
  });

  it('lets the page import what needs neither Node nor a run', () => {
    const page = join(SOURCE, '..', 'viewer', 'src');
    const taken = readdirSync(page, { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
      .flatMap((file) =>
        [...readFileSync(join(page, file), 'utf8').matchAll(/(?<!type \{[^}]*\}) from '([^']+)'/g)]
          .filter(([, target]) => target.startsWith('.'))
          .map(([, target]) => relative(SOURCE, join(page, file, '..', target))),
      )
      .filter((path) => !path.startsWith('..'));
    expect([...new Set(taken)].sort()).toEqual([
      'array/npy.ts',
      'pictures/panels/colours.ts',
      'pictures/panels/numbers.ts',
      'scan/prepare/crop.ts',
      'scan/prepare/mask-edits.ts',
      'scan/prepare/orient.ts',
      'scan/prepare/prepare.ts',
      'server/protocol/messages.ts',
      'server/protocol/picture-message.ts',
    ]);
  });

  it('names h5wasm in one module only', () => {
    const naming = files.filter((file) => readFileSync(join(SOURCE, file), 'utf8').includes("'h5wasm"));
    expect(naming).toEqual(['hdf5/node-host.ts']);
  });

  it('has no circles of files, types included', () => {
    const targets = new Map(files.map((file) => [file, targetsOf(file)]));
    /** Files that `file` leads to. */
    const reach = (file: string): ReadonlySet<string> => {
      const found = new Set<string>();
      const open = [...(targets.get(file) ?? [])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (found.has(next)) continue;
        found.add(next);
        open.push(...(targets.get(next) ?? []));
      }
      return found;
    };
    expect(files.filter((file) => reach(file).has(file))).toEqual([]);
  });
});

function targetsOf(file: string): string[] {
  return imports
    .filter((entry) => entry.file === file && entry.target.startsWith('.'))
    .map(({ target }) => relative(SOURCE, join(SOURCE, file, '..', target)));
}
