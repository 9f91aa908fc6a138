import react from '@vitejs/plugin-react';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/** Names the packages that the page holds, whose terms go with it (`build/bundle.mjs`). */
const packages: Plugin = {
  name: 'packages',
  generateBundle() {
    const names = [...this.getModuleIds()].flatMap(
      (id) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(id)?.[1] ?? [],
    );
    const folder = join(import.meta.dirname, '..', '.cache');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'page-packages.json'), JSON.stringify([...new Set(names)].sort()));
  },
};

const ARRAYS = join(import.meta.dirname, 'src', 'files', 'ndarray.ts');

/** Puts the page's own arrays in the place of two packages that H5Web asks for. */
const arrays: Plugin = {
  name: 'arrays',
  enforce: 'pre',
  resolveId: (id) => (id === 'ndarray' || id === 'ndarray-ops' ? '\0arrays' : undefined),
  load: (id) =>
    id === '\0arrays' ? `export { assign, ndarray as default } from ${JSON.stringify(ARRAYS)};` : undefined,
};

export default defineConfig({
  // Works below any path prefix.
  base: './',
  plugins: [react(), arrays, packages],
  // The page's security policy allows files of its own only: nothing is put into it as text.
  build: { outDir: '../dist/viewer', emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
});
