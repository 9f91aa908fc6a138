/** The thread of the page's server. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ServerTask } from './messages.ts';
import { serveTask } from './server-thread.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
await serveTask(parentPort, workerData as ServerTask);
