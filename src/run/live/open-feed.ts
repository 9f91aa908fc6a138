/** Starts the preparation of scans that are followed. */
import type { RunConfig } from '../config/config-check.ts';
import { Feed } from './feed.ts';
import type { ReconstructOptions } from '../options.ts';

/** `undefined` where nothing is followed. */
export async function openFeed(config: RunConfig, options: ReconstructOptions): Promise<Feed | undefined> {
  const { communicator, feed, resume } = options;
  if (feed === undefined) return undefined;
  // The master decides: ranks on other machines may see the files differently.
  const overrides = await communicator.broadcast(
    await Promise.all(config.scans.map(async (entry) => options.overrides(entry))),
  );
  const tasks = config.scans.map((entry, i) => ({
    entry,
    overrides: overrides[i],
    framesPerBlock: config.frames_per_block,
    follow: { timeoutS: feed.timeoutS },
    resumePreparation: resume !== undefined,
    scanModules: feed.scanModules,
  }));
  return new Feed(feed.thread, tasks, communicator, options, options.scans);
}
