/** What an engine keeps between iterations beside probes and objects, as plain values that can be stored. */
import type { NdArray } from '../array/ndarray.ts';
import { DataError } from '../errors.ts';

/** Numbers and arrays are those of the whole run: every rank gives the same, and gets the same back. */
export interface EngineState {
  readonly numbers: Readonly<Record<string, number>>;
  /** In the precision of the backend, so that the engine goes on with the same bits. */
  readonly arrays: Readonly<Record<string, NdArray>>;
  /** Whether the exit waves of the model's blocks belong to it. They are large: the backend gives them out and takes them in. */
  readonly exitWaves: boolean;
}

/** Of engines that keep nothing. */
export const NO_STATE: EngineState = { numbers: {}, arrays: {}, exitWaves: false };

/** An array of a state. Throws a `DataError` if it is not there: the state is that of another engine. */
export function stateArray(state: EngineState, name: string): NdArray {
  if (!Object.hasOwn(state.arrays, name)) {
    const names = Object.keys(state.arrays);
    throw new DataError(`the engine state has no array '${name}'; it holds ${names.join(', ') || 'none'}`);
  }
  return state.arrays[name];
}
