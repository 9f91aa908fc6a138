/** What the doctor found, as lines for a terminal. */
import type { Finding } from '../../run/doctor/finding.ts';

export function findingText({ name, isThere, found, means, install }: Finding): string {
  const lines = [`${isThere ? '✓' : '–'} ${name}: ${found}`, `    ${means}`];
  if (install !== null) lines.push(`    to install: ${install}`);
  return lines.join('\n');
}
