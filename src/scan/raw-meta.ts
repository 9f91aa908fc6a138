/** What the raw data says of all frames of a scan takes effect. */
import type { RawMeta } from '../frames/raw.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { ConfigError } from '../errors.ts';

const GEOMETRY = [
  'energy',
  'distance',
  'psize',
  'shape',
  'center',
  'propagation',
  'label',
  'experimentID',
  'electron_data',
  'positions_unit',
  'version',
] as const;

/** Checked values of the geometry entries that the user did not give. */
export function applyRawMeta(rawMeta: RawMeta, given: ReadonlySet<string>): Record<string, unknown> {
  const names = GEOMETRY.filter((name) => rawMeta[name] !== undefined && !given.has(name));
  const tree = Object.fromEntries(names.map((name) => [name, rawMeta[name]]));
  const { values, issues } = check(SCAN_DATA, tree);
  if (issues.length > 0) {
    throw new ConfigError(
      issues.map((issue) => ({ ...issue, message: `${issue.message}, found in the raw data` })),
    );
  }
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
