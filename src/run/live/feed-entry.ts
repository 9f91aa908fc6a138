/** The thread that prepares a scan while another one reconstructs it. */
import { parentPort, workerData } from 'node:worker_threads';
import { registryWith } from '../scan-modules/load.ts';
import type { FeedTask } from './feed-messages.ts';
import { serveFeed } from './feed-thread.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
await serveFeed(parentPort, workerData as FeedTask, registryWith);
