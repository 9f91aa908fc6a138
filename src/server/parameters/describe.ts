/** A configuration as a page shows it: with help, defaults, and as YAML. */
import { stringify } from 'yaml';
import { parameterGroups, tidyTree } from '../../run/config/parameter-rows.ts';
import { registryWith } from '../../run/scan-modules/load.ts';
import type { ShownParameters } from '../protocol/messages.ts';

/** Of a crafted file no more is shown. */
const MOST_ROWS = 5000;
const MOST_LETTERS = 2 ** 20;

export async function describeParameters(source: string, tree: unknown): Promise<ShownParameters> {
  const registry = await registryWith();
  const groups = parameterGroups(tree, registry);
  const rows = groups.reduce((sum, group) => sum + group.rows.length, 0);
  const [whole, differing] = [false, true].map((onlyDiffering) =>
    stringify(tidyTree(tree, registry, { onlyDiffering })),
  );
  if (rows > MOST_ROWS || whole.length > MOST_LETTERS) {
    throw new Error(`there are ${rows} parameters: too many to show`);
  }
  return {
    source,
    groups: groups.flatMap(({ at, of, rows: all }) =>
      all.length === 0
        ? []
        : [
            {
              ...{ at, of },
              rows: all.map(({ default: usual = null, ...row }) => ({ ...row, default: usual })),
            },
          ],
    ),
    yaml: { whole, differing },
    absent: null,
  };
}
