/** Files that cannot be read: every error names the file, the chunk, and what does not fit. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeFiles } from '../../../test/tools/h5-files.ts';
import { temporaryFolder } from '../../../test/tools/h5py.ts';
import { once } from '../../../test/tools/once.ts';
import { FileError } from '../../errors.ts';
import { PtydScan } from '../../loaders/ptyd/loader.ts';

const folder = temporaryFolder();

const GOOD = "f['chunks/0/data'] = np.zeros((2, 4, 5)); f['chunks/0/positions'] = np.zeros((2, 2))";
const CASES: [what: string, make: string, says: RegExp][] = [
  ['no group chunks', "f['meta/energy'] = 7.0", /no group "chunks"/],
  ['no chunk at all', "f.create_group('chunks')", /no chunk in "chunks"/],
  ['a chunk without data', "f['chunks/3/positions'] = np.zeros((2, 2))", /chunk 3 has no dataset "data"/],
  ['a chunk that is a dataset', "f['chunks/0'] = np.zeros(3)", /chunk 0 is not a group/],
  [
    'a chunk without positions',
    "f['chunks/0/data'] = np.zeros((2, 4, 5))",
    /chunk 0 has no dataset "positions"/,
  ],
  [
    'frames without a stack',
    "f['chunks/0/data'] = np.zeros((4, 5)); f['chunks/0/positions'] = np.zeros((2, 2))",
    /chunk 0 has data of shape \(4, 5\); expected \(frames, rows, cols\)/,
  ],
  [
    'frames that differ between chunks',
    `${GOOD}; f['chunks/7/data'] = np.zeros((2, 4, 6)); f['chunks/7/positions'] = np.zeros((2, 2))`,
    /chunk 7 has frames of 4x6 pixels, chunk 0 of 4x5/,
  ],
  [
    'positions of another number',
    "f['chunks/0/data'] = np.zeros((2, 4, 5)); f['chunks/0/positions'] = np.zeros((3, 2))",
    /chunk 0 has data of shape \(2, 4, 5\) but positions of shape \(3, 2\)/,
  ],
  [
    'positions that are not pairs',
    "f['chunks/0/data'] = np.zeros((2, 4, 5)); f['chunks/0/positions'] = np.zeros((2, 3))",
    /\(2, 4, 5\) but positions of shape \(2, 3\)/,
  ],
  [
    'weights of another shape',
    `${GOOD}; f['chunks/0/weights'] = np.ones((2, 5, 4))`,
    /chunk 0 has data of shape \(2, 4, 5\) but weights of shape \(2, 5, 4\)/,
  ],
  [
    'indices of another number',
    `${GOOD}; f['chunks/0/indices'] = np.arange(3)`,
    /chunk 0 has 2 frames but 3 indices/,
  ],
  [
    'complex frames',
    "f['chunks/0/data'] = np.zeros((2, 4, 5), dtype='c8'); f['chunks/0/positions'] = np.zeros((2, 2))",
    /chunk 0 has data of type complex64; expected real numbers/,
  ],
  [
    'frames of text',
    "f['chunks/0/data'] = np.full((2, 4, 5), b'x'); f['chunks/0/positions'] = np.zeros((2, 2))",
    /chunk 0 has data of type string/,
  ],
];

async function failure(file: string): Promise<FileError> {
  const error: unknown = await new PtydScan({ dfile: file }).initialize().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(FileError);
  expect((error as FileError).message).toContain(file);
  expect((error as FileError).file).toContain(file);
  return error as FileError;
}

function fileOf(what: string): string {
  return join(folder, `${what.replace(/\W+/g, '-')}.ptyd`);
}

const [whole, linked] = [join(folder, 'whole.h5'), join(folder, 'linked.ptyd')];
beforeEach(
  once(() => {
    makeFiles([
      ...CASES.map(([what, make]) => ({ file: fileOf(what), make })),
      { file: whole, make: GOOD },
      { file: linked, make: "f['chunks/0'] = h5py.ExternalLink('linked.ptyd.chunk00', '/')" },
      {
        file: `${linked}.chunk00`,
        make: "f['data'] = np.zeros((2, 4, 5)); f['positions'] = np.zeros((2, 2))",
      },
    ]);
  }),
);

describe('PtydScan refuses a file with', () => {
  it.each(CASES)('%s', async (what, _, says) => {
    expect((await failure(fileOf(what))).message).toMatch(says);
  });

  it('text instead of HDF5', async () => {
    const file = join(folder, 'text.ptyd');
    writeFileSync(file, 'energy 7.2\n');
    expect((await failure(file)).message).toMatch(/not an HDF5 file/);
  });

  it('nothing in it', async () => {
    const file = join(folder, 'empty.ptyd');
    writeFileSync(file, '');
    expect((await failure(file)).message).toMatch(/not an HDF5 file/);
  });

  it('its end cut off', async () => {
    const file = join(folder, 'cut.ptyd');
    const bytes = readFileSync(whole);
    writeFileSync(file, bytes.subarray(0, bytes.length - 100));
    expect((await failure(file)).message).toMatch(/truncated/);
  });

  it('nobody', async () => {
    expect((await failure(join(folder, 'nobody.ptyd'))).message).toMatch(/does not exist/);
  });

  it('a chunk file that is cut off, by its own name', async () => {
    const part = `${linked}.chunk00`;
    const bytes = readFileSync(part);
    writeFileSync(part, bytes.subarray(0, bytes.length - 100));
    expect((await failure(linked)).message).toContain(part);
  });
});
