/**
 * The pages under docs/ tell the truth, for who installs the package: what stands in a console block is run, in order, with the
 * package unpacked from its tarball in an empty folder and a copy of the page's example, and must print what the page shows. `…`
 * stands for any text on a line, a line of its own for any lines.
 */
import { join } from 'node:path';
import { beforeAll, describe, it } from 'vitest';
import { pageRunner, pagesWithCommands } from '../tools/docs.ts';
import { temporaryFolder } from '../tools/h5py.ts';
import { install } from '../tools/installed.ts';

const folder = temporaryFolder();
const runPage = pageRunner(join(folder, 'node_modules', 'ptyflow'));

beforeAll(() => {
  install(folder, ['esbuild']);
});

describe.concurrent('the commands of', () => {
  it.each(pagesWithCommands())('%s print what it shows', runPage);
});
