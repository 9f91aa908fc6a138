/** The configuration of a command: scan modules first, then the file with its `--set` overrides. */
import { ScanRegistry } from '../loaders/registry.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { setLogLevel } from '../log.ts';
import type { RunConfig } from '../run/config-check.ts';
import { loadConfig, type LoadedConfig } from '../run/config.ts';
import { checkHalfSets } from '../run/half-sets.ts';
import type { RunOptions } from './options.ts';
import { loadScanModule } from './scan-module.ts';
import type { Session } from './session.ts';

export async function loadRunConfig(file: string, options: RunOptions, session: Session): Promise<RunConfig> {
  const { config, warnings } = await load(file, options, session.registry);
  if (options.quiet !== true) {
    setLogLevel(config.verbose_level);
    for (const message of warnings) session.onEvent({ event: 'warning', message });
  }
  return config;
}

/** Throws for a configuration that cannot be run. */
export async function checkRunConfig(file: string, options: RunOptions): Promise<void> {
  await load(file, options, new ScanRegistry());
}

async function load(file: string, options: RunOptions, registry: ScanRegistry): Promise<LoadedConfig> {
  for (const module of options.scanModule) await loadScanModule(module, registry);
  const loaded = await loadConfig(file, {
    set: options.set,
    scanGroups: registry,
    engineGroups: ENGINE_GROUPS,
  });
  if (options.halfSets === true) checkHalfSets(loaded.config);
  return loaded;
}
