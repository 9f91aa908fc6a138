/** `ptyflow validate` of a reconstruction. */
import { requireValidPtyr, validatePtyr, type PtyrReport } from '../../ptyr/validate.ts';
import type { Check } from './check.ts';

export const checkPtyr: Check = async (file) => {
  const report = await validatePtyr(file);
  requireValidPtyr(report, file);
  return [`${file} is valid: ${describePtyr(report)}`];
};

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
