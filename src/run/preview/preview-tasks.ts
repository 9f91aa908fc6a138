/** The scans of a configuration, to be looked at before they are prepared. */
import { readFile } from 'node:fs/promises';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { loadConfig } from '../config/config.ts';
import { registryWith } from '../scan-modules/load.ts';
import type { PreviewTask } from './messages.ts';

/** One for each scan. Throws a `ConfigError` as a run of the configuration would. */
export async function previewTasks(file: string, scanModules: readonly string[]): Promise<PreviewTask[]> {
  const registry = await registryWith(scanModules);
  const text = await readFile(file, 'utf8');
  const { config } = await loadConfig(file, { scanGroups: registry, engineGroups: ENGINE_GROUPS });
  return config.scans.map((entry) => ({ file, text, entry, scanModules }));
}
