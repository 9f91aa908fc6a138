/** The thread that prepares a scan while the command reconstructs it. */
import { parentPort, workerData } from 'node:worker_threads';
import { ScanRegistry } from '../loaders/registry.ts';
import type { FeedTask } from '../run/live/feed-messages.ts';
import { serveFeed } from '../run/live/feed-thread.ts';
import { loadScanModule } from './scan-module.ts';

if (parentPort === null) throw new Error('this module is the entry of a worker thread');
await serveFeed(parentPort, workerData as FeedTask, async (modules) => {
  const registry = new ScanRegistry();
  for (const module of modules) await loadScanModule(module, registry);
  return registry;
});
