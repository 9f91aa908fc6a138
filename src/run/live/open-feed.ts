/** Starts the preparation of scans that are followed. */
import { ConfigError } from '../../errors.ts';
import type { RunConfig } from '../config/config-check.ts';
import { Feed } from './feed.ts';
import type { ReconstructOptions } from '../reconstruct.ts';

export interface FeedOptions {
  /** Module that a thread runs, which calls `serveFeed`. */
  readonly thread: URL;
  /** Files with scan classes of the user. */
  readonly scanModules: readonly string[];
}

/** `undefined` where nothing is followed. */
export async function openFeed(config: RunConfig, options: ReconstructOptions): Promise<Feed | undefined> {
  const { communicator, feed, follow, halfSets, resume } = options;
  if (follow === undefined || feed === undefined) return undefined;
  if (halfSets === true) {
    const message = 'is for scans that are complete; afterwards --resume FILE.ptyr --half-sets makes them';
    throw new ConfigError([{ path: '--half-sets', message }]);
  }
  // The master decides: ranks on other machines may see the files differently.
  const overrides = await communicator.broadcast(
    await Promise.all(config.scans.map(async (entry) => options.overrides(entry))),
  );
  const tasks = config.scans.map((entry, i) => ({
    entry,
    overrides: overrides[i],
    framesPerBlock: config.frames_per_block,
    follow,
    resumePreparation: resume !== undefined,
    scanModules: feed.scanModules,
  }));
  return new Feed(feed.thread, tasks, communicator, options);
}
