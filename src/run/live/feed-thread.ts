/** Reads and prepares a scan while it is reconstructed: in a thread of its own, or, where the scan is here already, in turns with the engines. */
import type { MessagePort } from 'node:worker_threads';
import { plainError } from '../../errors.ts';
import { logTo } from '../../log.ts';
import type { ScanRegistry } from '../../loaders/registry.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { standingAt } from '../../ptyd/standing.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { FeedTask, FromFeed, PlainPackage, ToFeed } from './feed-messages.ts';
import { drainScan } from '../scans/prepare.ts';
import { createPrepared, createScan } from '../scans/scans.ts';

/** Packages that may wait to be taken: further frames stay on the disk. */
const MOST_WAITING = 8;

/** Prepares the scan to its end and hands every package over `port`. Reports how it ended, and never throws. `scans` are here already. */
export async function serveFeed(
  port: MessagePort,
  task: FeedTask,
  loadRegistry: (modules: readonly string[]) => Promise<ScanRegistry>,
  scans?: ReadonlyMap<string, PtyScan>,
): Promise<void> {
  const say = (message: FromFeed): void => {
    port.postMessage(message);
  };
  const abort = new AbortController();
  let waiting = 0;
  let othersAt = 0;
  let isWanted = false;
  let wake = (): void => undefined;
  port.on('message', (message: ToFeed) => {
    if (message.kind === 'stop') abort.abort();
    else if (message.kind === 'others') othersAt = performance.now();
    else if (message.kind === 'wanted') isWanted = true;
    else waiting -= message.packages;
    wake();
  });
  try {
    const { entry, overrides, framesPerBlock, follow, resumePreparation } = task;
    const stage = {
      registry: await loadRegistry(task.scanModules),
      scans,
      communicator: singleCommunicator(),
      signal: abort.signal,
      onEvent: (event: Extract<FromFeed, { kind: 'event' }>['event']) => {
        say({ kind: 'event', event });
      },
      log: logTo((level, text, topic) => {
        say({ kind: 'log', level, text, topic });
      }),
      follow,
      othersAt: () => othersAt,
      isWanted: () => isWanted,
      resumePreparation,
    };
    const hand = async ({ common, chunk }: PlainPackage): Promise<void> => {
      say({ kind: 'package', package: { common, chunk } });
      waiting++;
      isWanted = false;
      while (waiting >= MOST_WAITING && !abort.signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const drain = (scan: PtyScan): Promise<number> =>
      drainScan(scan, entry.label, framesPerBlock, stage, hand);
    const scan = createScan(entry, stage, overrides);
    const { dfile, save } = scan.info;
    const there = dfile === null ? undefined : await standingAt(dfile);
    if (resumePreparation && dfile !== null && save !== null && there?.kind === 'ptyd' && there.frames > 0) {
      const prepared = createPrepared(entry, stage, dfile);
      prepared.conclude();
      await drain(prepared);
    }
    await drain(scan);
    say({ kind: 'ended' });
  } catch (error) {
    say({ kind: 'failed', error: plainError(error) });
  } finally {
    port.close();
  }
}
