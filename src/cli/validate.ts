/** `ptyflow validate`: a configuration, or a `.ptyd` down to its checksums. */
import { readSync, openSync, closeSync } from 'node:fs';
import { FileError, messageOf } from '../errors.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { requireValid, validatePtyd } from '../ptyd/validate.ts';
import { loadConfig } from '../run/config.ts';
import { lookAhead } from '../run/outlook.ts';
import { storedWarnings } from '../scan/known-geometry.ts';
import type { RunOptions } from './options.ts';
import { outlookText } from './outlook-text.ts';
import { loadScanModule } from './scan-module.ts';
import { startSession } from './session.ts';

export async function validate(file: string, options: RunOptions): Promise<void> {
  const say = (text: string): void => {
    if (options.quiet !== true && options.json !== true) process.stdout.write(`${text}\n`);
  };
  const session = startSession(options);
  if (isText(file)) {
    for (const module of options.scanModule) await loadScanModule(module, session.registry);
    const { config, warnings } = await loadConfig(file, {
      set: options.set,
      scanGroups: session.registry,
      engineGroups: ENGINE_GROUPS,
    });
    for (const warning of warnings) session.onEvent({ event: 'warning', message: warning });
    const scans = config.scans.map(({ label, data }) => `${label} (${data.name})`);
    const outlook = await lookAhead(config, session.stage());
    say(
      `${file} is valid: scans ${scans.join(', ')}; engines ${config.engines.map(({ name }) => name).join(', ') || 'none'}`,
    );
    say(outlookText(outlook));
    session.onEvent({ event: 'outlook', ...outlook, run: outlook.run ?? null });
  } else {
    const report = await validatePtyd(file);
    requireValid(report, file);
    for (const warning of [...report.warnings, ...storedWarnings(report.geometry)]) {
      session.onEvent({ event: 'warning', message: `${file}: ${warning}` });
    }
    const shape = report.frameShape?.join('x') ?? 'unknown';
    const expected = report.expected === undefined ? '' : ` of ${report.expected}`;
    say(`${file} is valid: ${report.frames}${expected} frames of ${shape} pixels in ${report.chunks} chunks`);
    if (report.pending.length > 0) say(`chunks linked but not there yet: ${someOf(report.pending)}`);
    say(
      report.unverified === 0
        ? `${report.verified} checksums are right`
        : `${report.verified} checksums are right; ${report.unverified} datasets have none (not written by ptyflow) and could be read`,
    );
  }
  session.onEvent({ event: 'valid', file });
}

/** A configuration is text: by its name, or by holding no byte that text does not have. */
function isText(file: string): boolean {
  if (/\.(ya?ml|json)$/i.test(file)) return true;
  if (/\.(ptyd|h5|hdf5?|nxs|cxi)$/i.test(file)) return false;
  const start = new Uint8Array(512);
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (cause) {
    throw new FileError(`${file} cannot be opened: ${messageOf(cause)}`, { file }, { cause });
  }
  try {
    return !start.subarray(0, readSync(handle, start)).includes(0);
  } finally {
    closeSync(handle);
  }
}

/** Long lists by their ends. */
function someOf(names: readonly string[]): string {
  if (names.length <= 8) return names.join(', ');
  return `${names.slice(0, 3).join(', ')}, … ${names[names.length - 1]} (${names.length})`;
}
