/** Does a job for a command: on as many ranks as asked for, its events on the terminal, stopped by Ctrl-C. */
import { availableParallelism } from 'node:os';
import { ConfigError } from '../errors.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { EventListener } from '../run/events.ts';
import type { Job } from '../run/jobs/job.ts';
import { runHere, runInThreads } from '../run/run.ts';
import type { Served } from '../server/serve.ts';
import { describe } from '../run/words/event-text.ts';
import { createReporter } from './terminal/reporter.ts';
import { onInterrupt } from './interrupt.ts';
import type { RankOptions, ServingOptions } from './options.ts';
import { serveRun } from './page.ts';
import type { World } from './world.ts';

/**
 * `fallback`: ranks where the user says nothing. Threads do the work, be it one, so that this one hears Ctrl-C whatever they do;
 * a process that a launcher started is a rank itself.
 */
export async function perform(
  job: Job,
  options: RankOptions & ServingOptions,
  world: World,
  fallback: () => number = () => 1,
): Promise<void> {
  if (world.kind === 'mpi' && options.keepServing === true) {
    const message = 'ranks that a launcher started end together: open the results with ptyflow view';
    throw new ConfigError([{ path: '--keep-serving', message }]);
  }
  const page = isMaster(world.communicator) ? await serveRun(nameOf(job), options) : undefined;
  const run =
    world.kind === 'mpi'
      ? runHere(job, { communicator: world.communicator })
      : runInThreads(job, sensible(options.ranks ?? fallback()));
  run.on(isMaster(world.communicator) ? createReporter(options) : tellUser);
  // MPI calls block: a handler could not run in time, and the launcher has its own.
  const stay = new Stay();
  if (world.kind !== 'mpi') {
    onInterrupt(
      () => {
        run.stop();
        stay.end();
      },
      () => (stay.isSettled ? 'closing the page' : 'stopping after this step'),
    );
  }
  page?.watch(run);
  try {
    await run.ended;
    // What went wrong is told at once instead.
    if (page !== undefined && options.keepServing === true) await stay.with(page);
  } finally {
    await page?.close();
  }
}

/** A page that stays open after the end of its run, until Ctrl-C. */
class Stay {
  isSettled = false;
  #isOver = false;
  #leave: () => void = () => undefined;

  async with({ url, failed }: Served): Promise<void> {
    if (this.#isOver) return;
    this.isSettled = true;
    process.stderr.write(`the run has ended; its page stays open until Ctrl-C: ${url}\n`);
    const left = new Promise<void>((resolve) => {
      this.#leave = resolve;
    });
    await Promise.race([left, failed]);
  }

  end(): void {
    this.#isOver = true;
    this.#leave();
  }
}

/** For the page. */
function nameOf(job: Job): string {
  if (job.kind === 'simulation') return job.output;
  return job.kind === 'reconstruction' ? job.name : job.source;
}

/** Ranks but the master report nothing but what is odd. */
const tellUser: EventListener = (event) => {
  process.stderr.write(`${describe(event) ?? ''}\n`);
};

/** More ranks for each hardware thread only cost memory and time: all wait for the slowest. */
const RANKS_PER_THREAD = 8;

function sensible(ranks: number): number {
  const threads = availableParallelism();
  if (ranks <= RANKS_PER_THREAD * threads) return ranks;
  throw new ConfigError([
    {
      path: '--ranks',
      message: `expected at most ${RANKS_PER_THREAD * threads}, ${RANKS_PER_THREAD} for each hardware thread of this machine (${threads}), got ${ranks}`,
    },
  ]);
}

/** Throws a `ConfigError` for ranks that the launcher has started already. */
export function requireOneKindOfRanks({ ranks }: RankOptions, world: World): void {
  if (world.kind !== 'mpi' || ranks === undefined) return;
  throw new ConfigError([
    {
      path: '--ranks',
      message: `starts threads; the launcher has started ${world.communicator.size} processes already, and each is a rank`,
    },
  ]);
}
