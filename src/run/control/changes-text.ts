/** Changes of parameters in words. */
import type { RunChanges } from './requests.ts';

/** Each as `engines.<key>.<name> = <value>`. */
export function changesText(changes: RunChanges): string[] {
  return Object.entries(changes).flatMap(([key, values]) =>
    Object.entries(values).map(([name, value]) => `engines.${key}.${name} = ${JSON.stringify(value)}`),
  );
}
