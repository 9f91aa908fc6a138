/** The configuration of a command: scan modules first, then the file with its `--set` overrides. */
import { ENGINE_GROUPS } from '../params/engines.ts';
import { setLogLevel } from '../log.ts';
import type { RunConfig } from '../run/config-check.ts';
import { loadConfig } from '../run/config.ts';
import type { RunOptions } from './options.ts';
import { loadScanModule } from './scan-module.ts';
import type { Session } from './session.ts';

export async function loadRunConfig(file: string, options: RunOptions, session: Session): Promise<RunConfig> {
  for (const module of options.scanModule) await loadScanModule(module, session.registry);
  const { config, warnings } = await loadConfig(file, {
    set: options.set,
    scanGroups: session.registry,
    engineGroups: ENGINE_GROUPS,
  });
  if (options.quiet !== true) {
    setLogLevel(config.verbose_level);
    for (const message of warnings) session.onEvent({ event: 'warning', message });
  }
  return config;
}
