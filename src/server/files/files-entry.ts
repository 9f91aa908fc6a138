/** The thread that reads files for pages. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveFiles } from './files-thread.ts';
import type { Served } from './messages.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
serveFiles(parentPort, workerData as Served);
