/** One thread of a team: runs the command it was given as this rank. */
import { joinTeam } from '../parallel/thread-team.ts';
import { execute } from './execute.ts';

await joinTeam(async ({ communicator, task, signal, say }) => {
  const { argv } = task as { argv: readonly string[] };
  await execute(argv, { kind: 'team', communicator, signal, say });
});
