/** `ptyflow validate`: a configuration, a `.ptyd` down to its checksums, or a `.ptyr`. */
import { ConfigError } from '../../errors.ts';
import { requireValid, validatePtyd } from '../../ptyd/reading/validate.ts';
import { requireValidPtyr, validatePtyr, type PtyrReport } from '../../ptyr/validate.ts';
import { adviceFor, fileKind } from '../../run/config/file-kind.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import { planRun } from '../../run/jobs/plan.ts';
import { registryWith } from '../../run/scan-modules/load.ts';
import { lookAhead } from '../../run/outlook.ts';
import { storedWarnings } from '../../scan/known-geometry.ts';
import type { RunOptions } from '../options.ts';
import { outlookText } from '../terminal/outlook-text.ts';
import { startSession } from '../session.ts';

export async function validate(file: string, options: RunOptions): Promise<void> {
  const say = (text: string): void => {
    if (options.quiet !== true && options.json !== true) process.stdout.write(`${text}\n`);
  };
  const session = startSession(options);
  const kind = await kindOf(file);
  if (kind === 'text') {
    const { set, scanModule: scanModules } = options;
    const { config, warnings } = await planRun({ file }, { set, scanModules });
    for (const message of warnings) session.onEvent({ event: 'warning', message });
    const scans = config.scans.map(({ label, data }) => `${label} (${data.name})`);
    const { onEvent, log } = session;
    const registry = await registryWith(scanModules);
    const outlook = await lookAhead(config, { registry, communicator: singleCommunicator(), onEvent, log });
    say(
      `${file} is valid: scans ${scans.join(', ')}; engines ${config.engines.map(({ name }) => name).join(', ') || 'none'}`,
    );
    say(outlookText(outlook));
    session.onEvent({ event: 'outlook', ...outlook, run: outlook.run ?? null });
  } else if (kind === 'ptyr') {
    const report = await validatePtyr(file);
    requireValidPtyr(report, file);
    say(`${file} is valid: ${describePtyr(report)}`);
  } else {
    const report = await validatePtyd(file, session.log);
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
  session.answered();
}

/** Throws a `ConfigError` for what is not checked here. A file that is not there is what its name says. */
async function kindOf(file: string): Promise<'text' | 'ptyd' | 'ptyr'> {
  const kind = await fileKind(file);
  if (kind === 'text' || kind === 'ptyd' || kind === 'ptyr') return kind;
  // Whoever reads it says what is wrong.
  if (kind === 'missing' || kind === 'misnamed') {
    return /\.(ya?ml|json)$/i.test(file) ? 'text' : /\.ptyr$/i.test(file) ? 'ptyr' : 'ptyd';
  }
  const message = `${file} ${adviceFor(file, kind) ?? ''}. Expected a configuration, a .ptyd or a .ptyr`;
  throw new ConfigError([{ path: '', message }]);
}

function describePtyr(report: PtyrReport): string {
  const shapes = (fields: PtyrReport['probes']): string =>
    Object.entries(fields)
      .map(([id, shape]) => `${id} (${shape.join('x')})`)
      .join(', ');
  const { iterations, engine, isOwn, hasConfig, hasState } = report;
  const history = engine === undefined ? 'no history' : `${iterations} iterations, the last of ${engine}`;
  const parts = [
    `probes ${shapes(report.probes)}`,
    `objects ${shapes(report.objects)}`,
    history,
    hasConfig
      ? hasState
        ? 'with the state of its engine'
        : 'without the state of an engine'
      : 'no configuration',
    ...(isOwn ? [] : ['written by another program']),
  ];
  return parts.join('; ');
}

/** Long lists by their ends. */
function someOf(names: readonly string[]): string {
  if (names.length <= 8) return names.join(', ');
  return `${names.slice(0, 3).join(', ')}, … ${names[names.length - 1]} (${names.length})`;
}
