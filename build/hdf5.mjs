// Takes the HDF5 library out of h5wasm. The package carries the binary as text inside 4 MB of JavaScript, which every process
// and thread that opens a file would have to decode; here it becomes a file that is compiled as it is.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

const NOTE = '// Taken from h5wasm by build/hdf5.mjs.\n';

/** Writes the binary, and the module that starts it, into `folder`. */
export function takeHdf5(folder) {
  // The factory beside the package's entry can be called again; the entry itself makes one copy only.
  const factory = fileURLToPath(new URL('hdf5_util.js', import.meta.resolve('h5wasm/node')));
  const source = readFileSync(factory, 'utf8');
  const find = (pattern) => {
    const found = pattern.exec(source)?.[0];
    if (found === undefined)
      throw new Error(`${factory} has no ${pattern}: look how it carries its binary now`);
    return found;
  };
  const decoder = find(/function binaryDecode\(bin\)\{.*?return o\}/);
  const binary = find(/binaryDecode\('(?:[^'\\]|\\[^])*'\)/);
  const bytes = Uint8Array.from(runInNewContext(`${decoder};${binary}`));
  if (!WebAssembly.validate(bytes)) throw new Error(`what ${factory} carries is no WebAssembly`);

  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'hdf5.wasm'), bytes);
  writeFileSync(join(folder, 'library.js'), NOTE + source.replace(binary, () => 'undefined'));
  writeFileSync(
    join(folder, 'library.d.ts'),
    `${NOTE}export default function create(options: object): Promise<unknown>;\n`,
  );
}
