/** `ptyflow prepare`: every scan of a configuration, saved as `.ptyd`. */
import { basename, join } from 'node:path';
import { runPreparation } from '../run/prepare.ts';
import type { RunOptions } from './options.ts';
import { loadRunConfig } from './load-config.ts';
import { startSession } from './session.ts';

export async function prepare(file: string, options: RunOptions): Promise<void> {
  const session = startSession(options);
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
