/** `ptyflow run`: everything a configuration says. */
import { physicalCores } from '../../run/cores.ts';
import { planRun } from '../../run/jobs/plan.ts';
import { planOptions, type RunOptions } from '../options.ts';
import { perform } from '../perform.ts';
import type { World } from '../world.ts';

export async function run(file: string, options: RunOptions, world: World): Promise<void> {
  const job = await planRun({ file }, planOptions(options, world));
  await perform(job, options, world, physicalCores);
}
