/** One thread of a team: does the job that it is given as this rank. */
import { isMaster } from '../../parallel/communicator.ts';
import { joinTeam } from '../../parallel/thread-team.ts';
import { Desk } from '../control/desk.ts';
import type { FromRun, Request } from '../control/requests.ts';
import { doJob } from './do-job.ts';
import type { Job } from './job.ts';

await joinTeam(async ({ communicator, task, signal, say, hear }) => {
  const tell = (message: FromRun): void => {
    say(message);
  };
  const desk = new Desk(tell);
  hear((message) => {
    desk.hear(message as Request);
  });
  try {
    const result = await doJob(task as Job, {
      ...{ communicator, each: 'thread', signal, desk },
      onEvent: (event) => {
        tell({ kind: 'event', event });
      },
    });
    if (isMaster(communicator) && result !== undefined) tell({ kind: 'result', result });
  } finally {
    desk.close();
  }
});
