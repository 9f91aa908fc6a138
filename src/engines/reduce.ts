/** Sums over ranks. Every rank gets the same bits, so that ranks that compute the same thing stay equal. */
import { ndarray } from '../array/ndarray.ts';
import type { Backend, DeviceArray, ErrorSums } from '../compute/backend.ts';
import type { Communicator } from '../parallel/communicator.ts';
import type { IterationErrors } from './engine.ts';

/** Element-wise sums. */
export async function sumOverRanks(
  communicator: Communicator,
  values: readonly number[],
): Promise<readonly number[]> {
  if (communicator.size === 1) return values;
  const sums = ndarray('float64', [values.length], Float64Array.from(values));
  await communicator.allReduce(sums);
  return Array.from(sums.data);
}

export async function maxOverRanks(communicator: Communicator, value: number): Promise<number> {
  if (communicator.size === 1) return value;
  const largest = ndarray('float64', [1], Float64Array.of(value));
  await communicator.allReduce(largest, 'max');
  return largest.data[0];
}

/** array = Σ over ranks, on the backend. */
export async function sumArrayOverRanks(
  communicator: Communicator,
  backend: Backend,
  array: DeviceArray,
): Promise<void> {
  if (communicator.size === 1) return;
  const values = await backend.read(array);
  backend.upload(array, await communicator.allReduce(values));
}

/** Mean errors over all views of all ranks. What any block left out (NaN) is left out. */
export async function meanErrors(
  communicator: Communicator,
  blocks: readonly ErrorSums[],
): Promise<IterationErrors> {
  const add = (key: keyof ErrorSums): number => blocks.reduce((sum, block) => sum + block[key], 0);
  const [views, magnitude, photon, exit, residual, amplitude] = await sumOverRanks(communicator, [
    add('views'),
    add('magnitude'),
    add('photon'),
    add('exit'),
    add('residual'),
    add('amplitude'),
  ]);
  const means = {
    magnitude: magnitude / views,
    photon: photon / views,
    exit: exit / views,
    rfactor: residual / amplitude,
  };
  return Object.fromEntries(Object.entries(means).filter(([, value]) => !Number.isNaN(value)));
}
