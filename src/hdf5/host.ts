/** Where this program runs. A bundle for another place puts its own in place of Node's. */
import type { Hdf5Host } from './hdf5-host.ts';
import { NODE_HOST } from './node-host.ts';

export const host: Hdf5Host = NODE_HOST;
