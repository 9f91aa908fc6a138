/** The thread that looks at the raw frames of a scan. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PreviewTask } from './messages.ts';
import { servePreview } from './preview-thread.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
await servePreview(parentPort, workerData as PreviewTask);
