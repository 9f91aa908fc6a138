/** The thread that writes files on the way while the command reconstructs. */
import { parentPort } from 'node:worker_threads';
import { serveSaver } from './save-thread.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
serveSaver(parentPort);
