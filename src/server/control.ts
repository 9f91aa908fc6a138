/** What viewers may do to a run. */
import { changesText } from '../run/control/changes-text.ts';
import type { Run } from '../run/control/remote-run.ts';
import type { RunRequest } from './protocol/messages.ts';

/** Does what `by` asks, and has the run remember it; what was done, for people. Rejects as the run does. */
export async function control(run: Run, by: string, request: RunRequest): Promise<string> {
  const remember = (what: string): void => {
    // What has ended keeps no remarks.
    run.remark({ by, what }).catch(() => undefined);
  };
  // Before it is done: the run is not asked anything more.
  if (request.do === 'stop') remember('stopped the run');
  const done = await perform(run, request);
  if (request.do !== 'stop') remember(done);
  return done;
}

async function perform(run: Run, request: RunRequest): Promise<string> {
  switch (request.do) {
    case 'pause':
    case 'resume': {
      const { engine, iteration } = await run[request.do]();
      return `${request.do}d after iteration ${iteration} of ${engine}`;
    }
    case 'stop':
      run.stop();
      return 'stopping after this iteration';
    case 'save':
      return `saved ${await run.save()}`;
    case 'change':
      await run.change(request.changes);
      return `changed ${changesText(request.changes).join(', ')}`;
  }
}
