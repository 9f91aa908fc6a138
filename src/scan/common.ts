/** What all frames of a scan share. */
import { SCAN_DATA } from '../params/scan-data.ts';
import { check } from '../params/validate.ts';
import { ConfigError } from '../errors.ts';
import type { Pair } from './package.ts';

/** Geometry found in the raw data, and whatever else the subclass needs in `correct`. */
export interface Common {
  readonly energy?: number | undefined;
  readonly distance?: number | undefined;
  readonly psize?: number | Pair | undefined;
  readonly shape?: number | Pair | undefined;
  readonly center?: Pair | string | undefined;
  readonly propagation?: string | undefined;
  readonly label?: string | undefined;
  readonly experimentID?: string | undefined;
  readonly electron_data?: boolean | undefined;
  /** `m` or `pixel` */
  readonly positions_unit?: string | undefined;
  /** Of the preparation, in a prepared file. */
  readonly version?: number | string | undefined;
  /** (rows, cols) of a raw frame. */
  readonly frameShape?: Pair | undefined;
  readonly [name: string]: unknown;
}

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
export function applyCommon(common: Common, given: ReadonlySet<string>): Record<string, unknown> {
  const names = GEOMETRY.filter((name) => common[name] !== undefined && !given.has(name));
  const tree = Object.fromEntries(names.map((name) => [name, common[name]]));
  const { values, issues } = check(SCAN_DATA, tree);
  if (issues.length > 0) {
    throw new ConfigError(
      issues.map((issue) => ({ ...issue, message: `${issue.message}, found in the raw data` })),
    );
  }
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
