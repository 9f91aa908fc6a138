import { isMaster, type Communicator } from './communicator.ts';

/** What `find` gives on the master, on every rank. Collective. */
export async function fromMaster<T>(communicator: Communicator, find: () => T | Promise<T>): Promise<T> {
  // The others' value is ignored.
  return communicator.broadcast(isMaster(communicator) ? await find() : (undefined as T));
}
