/** An HDF5 file that appears under its name only when it is complete. */
import { publishStaged, stage, type StagedFile } from '../files/staged.ts';
import { openFile, type H5File } from './file.ts';

/**
 * Writes an HDF5 file through `write` under a temporary name beside `file`, where it stays until `publishStaged`. If anything
 * fails it is removed. It begins as a copy of `copyOf`, which should be small, or empty.
 */
export function stageFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  { copyOf }: { copyOf?: string } = {},
): Promise<StagedFile> {
  return stage(file, copyOf, async (staged) => {
    const h5 = await openFile(staged, copyOf === undefined ? 'w' : 'r+');
    try {
      await write(h5);
      h5.flush();
    } finally {
      h5.close();
    }
  });
}

/**
 * Writes an HDF5 file through `write` beside `file`, then renames it over `file`. If anything fails the temporary file is
 * removed and `file` stays as it was. It begins as a copy of `copyOf`, which should be small, or empty.
 */
export async function replaceFile(
  file: string,
  write: (h5: H5File) => void | Promise<void>,
  options: { copyOf?: string } = {},
): Promise<void> {
  publishStaged(await stageFile(file, write, options));
}
