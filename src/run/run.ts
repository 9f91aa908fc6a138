/** Runs: a job that goes on, in this thread or in a team of them, with what can be asked of it meanwhile. */
import type { Communicator } from '../parallel/communicator.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { startTeam } from '../parallel/thread-team.ts';
import { Desk } from './control/desk.ts';
import { RemoteRun, type Link, type Run } from './control/remote-run.ts';
import type { FromRun, ToRun } from './control/requests.ts';
import type { Place } from './jobs/do-job.ts';
import type { Job } from './jobs/job.ts';
import { RANK_THREAD } from './jobs/threads.ts';

/** Starts a job on a team of threads, each a rank. Nothing of it runs in this thread. */
export function runInThreads(job: Job, ranks: number): Run {
  return new RemoteRun((hear): Link => {
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
      ended: team.ended,
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

/** Starts a job in this thread, which it shares with all else that happens here. */
export function runHere(job: Job, { communicator = singleCommunicator(), scans }: HereOptions = {}): Run {
  return new RemoteRun((hear): Link => {
    const abort = new AbortController();
    const desk = new Desk(hear);
    return {
      ended: run(job, hear, { communicator, scans, desk, signal: abort.signal }),
      post(message: ToRun) {
        if (message.kind === 'stop') abort.abort();
        else desk.hear(message);
      },
    };
  });
}

async function run(
  job: Job,
  hear: (message: FromRun) => void,
  place: Omit<Place, 'each' | 'onEvent'> & { readonly desk: Desk },
): Promise<void> {
  try {
    // Whoever starts it has time to listen; a team loads it in its own threads alone.
    const { doJob } = await import('./jobs/do-job.ts');
    const result = await doJob(job, {
      ...place,
      each: 'process',
      onEvent: (event) => {
        hear({ kind: 'event', event });
      },
    });
    if (result !== undefined) hear({ kind: 'result', result });
  } finally {
    place.desk.close();
  }
}
