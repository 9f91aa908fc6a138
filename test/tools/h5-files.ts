/** Many small HDF5 files made by one run of h5py. */
import { h5py } from './h5py.ts';

export interface FileRecipe {
  readonly file: string;
  /** Python that fills the open file `f`; its name is `file`. */
  readonly make: string;
}

/** Makes every file; `preamble` is Python that all of them share. */
export function makeFiles(recipes: readonly FileRecipe[], preamble = ''): void {
  h5py(
    `
${preamble}
for recipe in argument:
    file = recipe['file']
    with h5py.File(file, 'w') as f:
        exec(recipe['make'])
`,
    recipes,
  );
}
