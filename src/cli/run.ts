/** `ptyflow run`: everything a configuration says. */
import { basename } from 'node:path';
import { isMaster } from '../parallel/communicator.ts';
import { checkOutput } from '../run/file-names.ts';
import { runReconstruction } from '../run/reconstruct.ts';
import { preferPrepared } from '../run/scans.ts';
import { checkRunConfig, loadRunConfig } from './load-config.ts';
import { feedOptions, followOptions, SAVER, type RunOptions } from './options.ts';
import { startSession } from './session.ts';
import type { World } from './world.ts';

export { checkRunConfig as check };

export async function run(file: string, options: RunOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const follow = followOptions(options);
  session.onEvent({ event: 'start', command: 'run', config: file });
  const config = await loadRunConfig(file, options, session);
  const run = config.run ?? runName(file);
  // Where other ranks run the folder need not be there.
  if (isMaster(world.communicator)) checkOutput(config, run, options.output);
  await runReconstruction(config, {
    ...session.stage(),
    run,
    output: options.output,
    halfSets: options.halfSets === true,
    // What the run to go on with has prepared and saved need not be prepared again.
    overrides: (scan) =>
      options.resume !== undefined && options.follow !== true && scan.data.values.save !== null
        ? preferPrepared(scan)
        : {},
    resume: options.resume,
    follow,
    feed: feedOptions(options),
    saver: SAVER,
  });
  session.finish();
}

/** `folder/my-run.yaml` → `my-run` */
export function runName(file: string): string {
  return basename(file).replace(/\.[^.]*$/, '');
}
