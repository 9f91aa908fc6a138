import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  // Works below any path prefix.
  base: './',
  plugins: [react()],
  // The page's security policy allows files of its own only: nothing is put into it as text.
  build: { outDir: '../dist/viewer', emptyOutDir: true, assetsInlineLimit: 0 },
});
