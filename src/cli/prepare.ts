/** `ptyflow prepare`: every scan of a configuration, saved as `.ptyd`. */
import { basename, join } from 'node:path';
import { runPreparation } from '../run/prepare.ts';
import type { RunOptions } from './options.ts';
import { checkRunConfig, loadRunConfig } from './load-config.ts';
import { startSession } from './session.ts';
import type { World } from './world.ts';

export { checkRunConfig as check };

export async function prepare(file: string, options: RunOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const config = await loadRunConfig(file, options, session);
  await runPreparation(config, session.stage(), (label) => {
    const { save, dfile } = config.scans.find((scan) => scan.label === label)?.data.values ?? {};
    const name = dfile ?? `${label}.ptyd`;
    return {
      save: save ?? 'append',
      dfile: options.output === undefined ? name : join(options.output, basename(name)),
    };
  });
  session.finish();
}
