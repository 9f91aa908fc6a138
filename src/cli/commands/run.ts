/** `ptyflow run`: everything a configuration says. */
import { basename } from 'node:path';
import { isMaster } from '../../parallel/communicator.ts';
import type { ScanRegistry } from '../../loaders/registry.ts';
import { checkFiles, type FilesToCheck } from '../../run/check-files.ts';
import type { RunConfig } from '../../run/config/config-check.ts';
import { runReconstruction } from '../../run/reconstruct.ts';
import { preferPrepared } from '../../run/scans/scans.ts';
import { checkRunConfig, loadRunConfig } from '../load-config.ts';
import { feedOptions, followOptions, SAVER, type RunOptions } from '../options.ts';
import { startSession } from '../session.ts';
import type { World } from '../world.ts';

/** Throws for a configuration that cannot be run, and for files that it must not write. */
export async function check(file: string, options: RunOptions): Promise<void> {
  await checkRunConfig(file, options, filesOf(file, options));
}

export async function run(file: string, options: RunOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const follow = followOptions(options);
  const config = await loadRunConfig(file, options, session);
  session.begin('run', file, config.compute.backend);
  const files = filesOf(file, options)(config, session.registry);
  // Where other ranks run the folder need not be there.
  if (isMaster(world.communicator)) await checkFiles(config, files);
  await runReconstruction(config, {
    ...session.stage(),
    run: files.results.run,
    output: options.output,
    halfSets: options.halfSets === true,
    overrides: files.overrides,
    prepareAnew: options.prepare === true,
    resume: options.resume,
    follow,
    feed: feedOptions(options),
    saver: SAVER,
  });
  session.finish();
}

type RunFiles = FilesToCheck & Required<Pick<FilesToCheck, 'results'>>;

/** Those of a run. */
export function filesOf(
  file: string,
  { output, scanModule, resume, follow }: Pick<RunOptions, 'output' | 'scanModule' | 'resume' | 'follow'>,
): (config: RunConfig, registry: ScanRegistry) => RunFiles {
  return (config, registry) => ({
    registry,
    read: [file, ...scanModule],
    results: { run: config.run ?? runName(file), output },
    // What the run to go on with has prepared and saved need not be prepared again.
    overrides: (scan) =>
      resume !== undefined && follow !== true && scan.data.values.save !== null ? preferPrepared(scan) : {},
  });
}

/** `folder/my-run.yaml` → `my-run` */
export function runName(file: string): string {
  return basename(file).replace(/\.[^.]*$/, '');
}
