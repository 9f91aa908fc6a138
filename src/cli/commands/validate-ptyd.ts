/** `ptyflow validate` of prepared frames. */
import { requireValid, validatePtyd } from '../../ptyd/reading/validate.ts';
import { storedWarnings } from '../../scan/known-geometry.ts';
import type { Check } from './check.ts';

export const checkPtyd: Check = async (file, _options, { onEvent, log }) => {
  const report = await validatePtyd(file, log);
  requireValid(report, file);
  for (const warning of [...report.warnings, ...storedWarnings(report.geometry)]) {
    onEvent({ event: 'warning', message: `${file}: ${warning}` });
  }
  const shape = report.frameShape?.join('x') ?? 'unknown';
  const expected = report.expected === undefined ? '' : ` of ${report.expected}`;
  const { verified, unverified, pending } = report;
  return [
    `${file} is valid: ${report.frames}${expected} frames of ${shape} pixels in ${report.chunks} chunks`,
    ...(pending.length > 0 ? [`chunks linked but not there yet: ${someOf(pending)}`] : []),
    unverified === 0
      ? `${verified} checksums are right`
      : `${verified} checksums are right; ${unverified} datasets have none (not written by ptyflow) and could be read`,
  ];
};

/** Long lists by their ends. */
function someOf(names: readonly string[]): string {
  if (names.length <= 8) return names.join(', ');
  return `${names.slice(0, 3).join(', ')}, … ${names[names.length - 1]} (${names.length})`;
}
