/** Runs: a job that goes on, in this thread or in a team of them, with what can be asked of it meanwhile. */
import { ConfigError } from '../errors.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { startTeam } from '../parallel/thread-team.ts';
import { isMaster, type Communicator } from '../parallel/communicator.ts';
import { Desk } from './control/desk.ts';
import { RemoteRun, type Link, type Run } from './control/remote-run.ts';
import type { FromRun, ToRun } from './control/requests.ts';
import { claim, type Claims } from './jobs/claims.ts';
import type { Place } from './jobs/do-job.ts';
import type { Job } from './jobs/job.ts';
import type { EventListener } from './events.ts';
import type { ConfigSource, ReconstructionOptions } from './jobs/plan.ts';
import { RANK_THREAD } from './jobs/threads.ts';

export type { ConfigSource } from './jobs/plan.ts';

/** Where a run runs. */
export interface StartOptions extends ReconstructionOptions {
  /** Threads to share the work among; this thread does nothing of it. Default: this thread does all. */
  readonly ranks?: number;
}

/**
 * Starts all that a configuration says: scans are prepared, then reconstructed. `source` is a configuration as a plain object, or
 * where it is. Its result holds arrays. Throws a `ConfigError` for a configuration that cannot be run and for files that it must
 * not write, a `FileError` for one that cannot be read and where another run writes; whatever happens later rejects `ended`.
 */
export async function startRun(
  source: ConfigSource | Readonly<Record<string, unknown>>,
  options: StartOptions = {},
): Promise<Run> {
  const { ranks, scans } = options;
  if (ranks !== undefined && scans !== undefined) {
    const message = 'scans that are here cannot go to other threads: leave ranks out, or give scanModules';
    throw new ConfigError([{ path: 'ranks', message }]);
  }
  // Loaded when a run starts: whoever wants another thing of the library, or only the help, does not wait for it.
  const { planRun } = await import('./jobs/plan.ts');
  const job = await planRun(sourceOf(source), { wantsResult: true, ...options });
  return ranks === undefined ? runHere(job, { scans }) : runInThreads(job, ranks);
}

function sourceOf(source: ConfigSource | Readonly<Record<string, unknown>>): ConfigSource {
  const [name, ...more] = Object.keys(source);
  const isPlace = more.length === 0 && ['file', 'text', 'tree'].includes(name);
  return isPlace ? (source as ConfigSource) : { tree: source };
}

/** Starts a job on a team of threads, each a rank. Nothing of it runs in this thread. Throws a `FileError` where another run writes. */
export function runInThreads(job: Job, ranks: number): Run {
  return new RemoteRun((hear): Link => {
    const claims = claim(job, toEvents(hear));
    const abort = new AbortController();
    const team = startTeam({
      entry: RANK_THREAD,
      size: ranks,
      task: job,
      signal: abort.signal,
      onMessage: (message) => {
        hear(message as FromRun);
      },
    });
    return {
      ended: claimed(team.ended, claims),
      post(message) {
        if (message.kind === 'stop') abort.abort();
        else team.tell(message);
      },
    };
  });
}

export interface HereOptions extends Pick<Place, 'scans'> {
  /** This process is a rank among others, which all do the same job. Default: the only one. */
  readonly communicator?: Communicator;
}

/** Starts a job in this thread, which it shares with all else that happens here. Throws a `FileError` where another run writes. */
export function runHere(job: Job, { communicator = singleCommunicator(), scans }: HereOptions = {}): Run {
  return new RemoteRun((hear): Link => {
    // Ranks of one run are one.
    const claims = isMaster(communicator) ? claim(job, toEvents(hear)) : undefined;
    const abort = new AbortController();
    const desk = new Desk(hear);
    return {
      ended: claimed(run(job, hear, { communicator, scans, desk, signal: abort.signal }), claims),
      post(message: ToRun) {
        if (message.kind === 'stop') abort.abort();
        else desk.hear(message);
      },
    };
  });
}

type Hear = (message: FromRun) => void;

const toEvents =
  (hear: Hear): EventListener =>
  (event) => {
    hear({ kind: 'event', event });
  };

async function claimed(ended: Promise<void>, claims: Claims | undefined): Promise<void> {
  try {
    await ended;
  } finally {
    claims?.release();
  }
}

async function run(
  job: Job,
  hear: Hear,
  place: Omit<Place, 'each' | 'onEvent'> & { readonly desk: Desk },
): Promise<void> {
  try {
    // Whoever starts it has time to listen; a team loads it in its own threads alone.
    const { doJob } = await import('./jobs/do-job.ts');
    const result = await doJob(job, {
      ...place,
      each: 'process',
      onEvent: toEvents(hear),
    });
    if (result !== undefined) hear({ kind: 'result', result });
  } finally {
    place.desk.close();
  }
}
