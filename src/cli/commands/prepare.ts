/** `ptyflow prepare`: every scan of a configuration, saved as `.ptyd`. */
import { planPreparation } from '../../run/jobs/plan.ts';
import { planOptions, type RunOptions } from '../options.ts';
import { perform } from '../perform.ts';
import type { World } from '../world.ts';

export interface PrepareOptions extends Omit<RunOptions, 'resume'> {
  /** Resume from what is there. */
  readonly resume?: boolean;
  /** Prepare anew what is there as it would become. */
  readonly force?: boolean;
}

export async function prepare(file: string, options: PrepareOptions, world: World): Promise<void> {
  const { resume = false, force = false, ...common } = options;
  const job = await planPreparation({ file }, { ...planOptions(common, world), resume, force });
  await perform(job, options, world);
}
