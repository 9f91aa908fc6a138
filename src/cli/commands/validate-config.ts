/** `ptyflow validate` of a configuration: it can be run, and what the run will be. */
import { singleCommunicator } from '../../parallel/single.ts';
import { planRun } from '../../run/jobs/plan.ts';
import { lookAhead } from '../../run/outlook.ts';
import { registryWith } from '../../run/scan-modules/load.ts';
import { outlookText } from '../terminal/outlook-text.ts';
import type { Check } from './check.ts';

export const checkConfig: Check = async (file, { set, scanModule: scanModules }, { onEvent, log }) => {
  const { config, warnings } = await planRun({ file }, { set, scanModules });
  for (const message of warnings) onEvent({ event: 'warning', message });
  const scans = config.scans.map(({ label, data }) => `${label} (${data.name})`);
  const engines = config.engines.map(({ name }) => name);
  const registry = await registryWith(scanModules);
  const outlook = await lookAhead(config, { registry, communicator: singleCommunicator(), onEvent, log });
  onEvent({ event: 'outlook', ...outlook, run: outlook.run ?? null });
  return [
    `${file} is valid: scans ${scans.join(', ')}; engines ${engines.join(', ') || 'none'}`,
    outlookText(outlook),
  ];
};
