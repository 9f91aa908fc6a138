/** The command again, on several threads: this one supervises them, shows what they say, and passes Ctrl-C on. */
import { runTeam } from '../parallel/thread-team.ts';
import type { CommonOptions } from './options.ts';
import { createReporter } from './terminal/reporter.ts';
import { interruptible } from './session.ts';
import type { RunEvent } from '../run/events.ts';

/** `argv` is the command as a user gives it. */
export async function runInTeam(
  argv: readonly string[],
  ranks: number,
  options: CommonOptions,
): Promise<void> {
  const onEvent = createReporter(options);
  await runTeam({
    entry: new URL('rank.js', import.meta.url),
    size: ranks,
    task: { argv },
    signal: interruptible(),
    onMessage: (event) => {
      onEvent(event as RunEvent);
    },
  });
}
