/** The configuration of a command: scan modules first, then the file with its `--set` overrides. */
import { ScanRegistry } from '../loaders/registry.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { checkFiles, type FilesToCheck } from '../run/check-files.ts';
import type { RunConfig } from '../run/config/config-check.ts';
import { loadConfig, type LoadedConfig } from '../run/config/config.ts';
import { requireConfigFile } from '../run/config/file-kind.ts';
import { checkHalfSets } from '../run/half-sets.ts';
import { Resume } from '../run/results/resume.ts';
import { overridesOf, type RunOptions } from './options.ts';
import { loadScanModule } from './scan-module.ts';
import type { Session } from './session.ts';

/** What says which configuration it is. */
export type ConfigOptions = Pick<RunOptions, 'set' | 'backend' | 'scanModule' | 'quiet'>;

export async function loadRunConfig(
  file: string,
  options: ConfigOptions,
  session: Session,
): Promise<RunConfig> {
  return announced(await load(file, options, session.registry), options, session);
}

/** The configuration, when its warnings have been passed on. */
export function announced(loaded: LoadedConfig, options: ConfigOptions, session: Session): RunConfig {
  const { config, warnings } = loaded;
  if (options.quiet !== true) {
    session.setLogLevel(config.verbose_level);
    for (const message of warnings) session.onEvent({ event: 'warning', message });
  }
  return config;
}

/**
 * Throws for a configuration that cannot be run, does not go with the run that it is to go on with, or would write to files that are
 * not its own: those that `filesOf` tells.
 */
export async function checkRunConfig(
  file: string,
  options: ConfigOptions & Pick<RunOptions, 'resume' | 'halfSets'>,
  filesOf: (config: RunConfig, registry: ScanRegistry) => FilesToCheck,
): Promise<void> {
  const registry = new ScanRegistry();
  const { config } = await load(file, options, registry);
  await checkOptions(options, config);
  await checkFiles(config, filesOf(config, registry));
}

/** Throws for options that do not go with the configuration. */
export async function checkOptions(
  { resume, halfSets }: Pick<RunOptions, 'resume' | 'halfSets'>,
  config: RunConfig,
): Promise<void> {
  if (halfSets === true) checkHalfSets(config);
  if (resume !== undefined) await Resume.open(resume, config, () => undefined);
}

async function load(file: string, options: ConfigOptions, registry: ScanRegistry): Promise<LoadedConfig> {
  for (const module of options.scanModule) await loadScanModule(module, registry);
  await requireConfigFile(file);
  return loadConfig(file, { set: overridesOf(options), scanGroups: registry, engineGroups: ENGINE_GROUPS });
}
