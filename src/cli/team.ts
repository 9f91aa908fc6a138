/** The command again, on several threads: this one supervises them, shows what they say, and passes Ctrl-C on. */
import { runTeam } from '../parallel/thread-team.ts';
import type { CommonOptions } from './options.ts';
import { createReporter } from './terminal/reporter.ts';
import { interruptible, logEvent } from './session.ts';
import type { RankMessage } from './world.ts';

/** `argv` is the command as a user gives it. */
export async function runInTeam(
  argv: readonly string[],
  ranks: number,
  options: CommonOptions,
): Promise<void> {
  const onEvent = createReporter(options);
  const show = (message: RankMessage, rank: number): void => {
    if (message.kind === 'event') {
      onEvent(message.event);
      return;
    }
    const text = rank === 0 ? message.text : `rank ${rank}: ${message.text}`;
    onEvent(logEvent(message.type, text));
  };
  await runTeam({
    entry: new URL('rank.js', import.meta.url),
    size: ranks,
    task: { argv },
    signal: interruptible(),
    onMessage: (message, rank) => {
      show(message as RankMessage, rank);
    },
  });
}
