/** `ptyflow reconstruct`: from prepared files. */
import { ENGINE_GROUPS } from '../params/engines.ts';
import { isMaster } from '../parallel/communicator.ts';
import { configFromTree } from '../run/config.ts';
import type { RunConfig } from '../run/config-check.ts';
import { checkOutput } from '../run/file-names.ts';
import { runReconstruction } from '../run/reconstruct.ts';
import { preferPrepared } from '../run/scans.ts';
import { checkRunConfig, loadRunConfig } from './load-config.ts';
import type { RunOptions } from './options.ts';
import { runName } from './run.ts';
import { startSession, type Session } from './session.ts';
import type { World } from './world.ts';

export async function reconstruct(file: string, options: RunOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  session.onEvent({ event: 'start', command: 'reconstruct', config: file });
  const config = isConfig(file)
    ? await loadRunConfig(file, options, session)
    : preparedConfig(file, options, session);
  const run = config.run ?? runName(file);
  // Where other ranks run the folder need not be there.
  if (isMaster(world.communicator)) checkOutput(config, run, options.output);
  await runReconstruction(config, {
    ...session.stage(),
    run,
    output: options.output,
    halfSets: options.halfSets === true,
    overrides: preferPrepared,
  });
  session.finish();
}

/** Throws for a configuration that cannot be run. */
export async function check(file: string, options: RunOptions): Promise<void> {
  if (isConfig(file)) await checkRunConfig(file, options);
}

function isConfig(file: string): boolean {
  return /\.(ya?ml|json)$/i.test(file);
}

/** What suits most prepared scans: probe found from the frames, difference map, then maximum likelihood. */
function preparedConfig(file: string, options: RunOptions, session: Session): RunConfig {
  const tree = {
    scans: {
      scan: {
        data: { name: 'PtydScan', source: 'file', dfile: file },
        illumination: { aperture: null },
      },
    },
    engines: {
      difference_map: { name: 'DM', numiter: 50 },
      maximum_likelihood: { name: 'ML', numiter: 30 },
    },
  };
  const { config, warnings } = configFromTree(tree, {
    set: options.set,
    scanGroups: session.registry,
    engineGroups: ENGINE_GROUPS,
  });
  for (const message of warnings) session.onEvent({ event: 'warning', message });
  return config;
}
