/** What is chosen, as lines for a configuration. */
import type { PreparedValues } from '../../../src/run/preview/state.ts';

export function yamlLines(label: string, values: PreparedValues, mask: string | null): string {
  const entries = Object.entries({ ...values, mask_file: mask ?? undefined }).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`      ${name}: ${typeof value === 'object' ? `[${value.join(', ')}]` : value}`],
  );
  if (entries.length === 0) return '';
  return ['scans:', `  ${label}:`, '    data:', ...entries].join('\n');
}
