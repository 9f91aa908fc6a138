/** `ptyflow reconstruct`: from prepared files, or on from where an earlier run stood. */
import { physicalCores } from '../../run/cores.ts';
import { planReconstruction } from '../../run/jobs/plan.ts';
import { planOptions, type RunOptions } from '../options.ts';
import { perform } from '../perform.ts';
import type { World } from '../world.ts';

export async function reconstruct(
  file: string | undefined,
  options: RunOptions,
  world: World,
): Promise<void> {
  const source = file === undefined ? undefined : { file };
  const job = await planReconstruction(source, planOptions(options, world));
  await perform(job, options, world, physicalCores);
}
