/** `ptyflow prepare`: every scan of a configuration, saved as `.ptyd`. */
import { basename, join } from 'node:path';
import { runPreparation } from '../run/prepare.ts';
import { followOptions, type RunOptions } from './options.ts';
import { checkRunConfig, loadRunConfig } from './load-config.ts';
import { startSession } from './session.ts';
import type { World } from './world.ts';

export interface PrepareOptions extends Omit<RunOptions, 'resume'> {
  /** Go on with what is there. */
  readonly resume?: boolean;
}

/** Throws for a configuration that cannot be run. */
export async function check(file: string, options: PrepareOptions): Promise<void> {
  followOptions(options);
  const { set, scanModule } = options;
  await checkRunConfig(file, { set, scanModule });
}

export async function prepare(file: string, options: PrepareOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const follow = followOptions(options);
  const config = await loadRunConfig(file, options, session);
  const stage = { ...session.stage(), follow, resumePreparation: options.resume === true };
  await runPreparation(config, stage, (label) => {
    const { save, dfile } = config.scans.find((scan) => scan.label === label)?.data.values ?? {};
    const name = dfile ?? `${label}.ptyd`;
    return {
      save: save ?? 'append',
      dfile: options.output === undefined ? name : join(options.output, basename(name)),
    };
  });
  session.finish();
}
