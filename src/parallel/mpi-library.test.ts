import { expect, it } from 'vitest';
import { MpiLibrary } from './mpi-library.ts';

it('names every MPI library that was looked for', async () => {
  const files = ['/nowhere/libmpi.so', 'libnone.so.1'];
  await expect(MpiLibrary.load(files)).rejects.toThrow(
    /^no MPI library could be loaded: \/nowhere\/libmpi\.so: .+; libnone\.so\.1: .+; .*PTYFLOW_MPI_LIBRARY/,
  );
});
