/** How many ranks a command runs on, and who runs one that is not made for several. */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ConfigError } from '../errors.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { RankOptions } from './options.ts';
import type { World } from './world.ts';

/**
 * Runs `work` on as many ranks as asked for, `fallback` if nothing was: the whole command again in a team of threads, be it of
 * one, so that this thread hears Ctrl-C whatever the others do; here where it is a rank already. `check` comes before a team is
 * started, so that a mistake is said once and at once.
 */
export async function onRanks(
  options: RankOptions,
  given: { argv: readonly string[]; world: World; fallback: () => number; check: () => Promise<unknown> },
  work: () => Promise<void>,
): Promise<void> {
  const { argv, world, fallback, check } = given;
  if (world.kind === 'mpi' && options.ranks !== undefined) {
    throw new ConfigError([
      {
        path: '--ranks',
        message: `starts threads; the launcher has started ${world.communicator.size} processes already, and each is a rank`,
      },
    ]);
  }
  if (world.kind !== 'alone') {
    await work();
    return;
  }
  const ranks = options.ranks ?? fallback();
  requireSensible(ranks);
  await check();
  await (await import('./team.ts')).runInTeam(argv, ranks, options);
}

/** More ranks for each hardware thread only cost memory and time: all wait for the slowest. */
const RANKS_PER_THREAD = 8;

function requireSensible(ranks: number): void {
  const threads = availableParallelism();
  if (ranks <= RANKS_PER_THREAD * threads) return;
  throw new ConfigError([
    {
      path: '--ranks',
      message: `expected at most ${RANKS_PER_THREAD * threads}, ${RANKS_PER_THREAD} for each hardware thread of this machine (${threads}), got ${ranks}`,
    },
  ]);
}

/** For commands that are not made for several ranks: the others have nothing to do. */
export async function onMaster(world: World, work: () => Promise<void>): Promise<void> {
  if (isMaster(world.communicator)) await work();
}

/** Cores that compute independently: two threads of one core share its arithmetic. */
export function physicalCores(): number {
  const available = availableParallelism();
  try {
    const folder = '/sys/devices/system/cpu';
    const cores = readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}/topology/core_cpus_list`, 'utf8').trim());
    return Math.max(1, Math.min(available, new Set(cores).size));
  } catch {
    // Other systems do not say.
    return available;
  }
}
