// Makes dist/: kernels, the HDF5 library, the compiler's files with types, the bundles that Node loads, and the page.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, bundleReportPage } from './bundle.mjs';
import { takeHdf5 } from './hdf5.mjs';

process.chdir(join(import.meta.dirname, '..'));

const node = (...args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
};
const compile = (project) => node('node_modules/@typescript/native/bin/tsc', '-p', project);

compile('kernels/tsconfig.json');
node('.cache/kernels/build.js');
takeHdf5('src/hdf5/generated');
rmSync('dist', { recursive: true, force: true });
compile('tsconfig.build.json');
cpSync('src/hdf5/generated', 'dist/hdf5/generated', { recursive: true });
node('node_modules/vite/bin/vite.js', 'build', 'viewer', '--logLevel', 'warn');
await bundle();
await bundleReportPage();
chmodSync('dist/cli/main.js', 0o755);
