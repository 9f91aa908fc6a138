/** `source`: a prepared file in place of what the class of a scan reads, and what of the parameters then counts. */
import { ConfigError } from '../../errors.ts';
import type { RawMeta } from '../../frames/raw.ts';
import { isParam, type ParamGroup } from '../../params/declare.ts';
import { SCAN_DATA, type ScanData } from '../../params/scan-data.ts';

/** A prepared file that takes the place of the class. */
export interface PreparedChoice {
  readonly file: string;
  /** Names of the parameters that still count as given. */
  readonly given: ReadonlySet<string>;
  /** Of the given parameters, those without effect. */
  readonly ignored: readonly string[];
  /** Given values, which the file may contradict. */
  readonly overruled: Readonly<Record<string, unknown>>;
}

/**
 * What `source` names, and its effect on the checked parameters `info`; undefined: the class loads the frames. Throws a
 * ConfigError where the file is not named.
 */
export function chosenFile(
  group: ParamGroup,
  info: ScanData,
  given: ReadonlySet<string>,
): PreparedChoice | undefined {
  const file = preparedSource(group, info);
  if (file === undefined) return undefined;
  const values: Readonly<Record<string, unknown>> = { ...info };
  forgetDefaults(info, given);
  if (info.source !== 'file') return { file, given, ignored: [], overruled: {} };
  const ignored = useAsItIs(info, given);
  const overruled = Object.fromEntries([...given].map((name) => [name, values[name]]));
  return { file, given: new Set(), ignored, overruled };
}

/**
 * The file that the frames come from; undefined: the class loads them. A class may give `source` a meaning of its own by
 * declaring it with another type. Throws a ConfigError where the file is not named.
 */
function preparedSource(group: ParamGroup, info: ScanData): string | undefined {
  const entry = Object.hasOwn(group, 'source') ? group.source : undefined;
  if (entry === undefined || !isParam(entry) || entry.type !== SCAN_DATA.source.type) return undefined;
  const { source, dfile } = info;
  if (source !== 'file') return source ?? undefined;
  if (dfile !== null) return dfile;
  throw new ConfigError([
    {
      path: 'dfile',
      message: 'the prepared file to read is not named: give its path as dfile, or as source',
    },
  ]);
}

/** Geometry that a class makes its frames for is not that of a file. */
function forgetDefaults(info: ScanData, given: ReadonlySet<string>): void {
  const names = ['energy', 'distance', 'psize'].filter((name) => !given.has(name));
  Object.assign(info, Object.fromEntries(names.map((name) => [name, null])));
}

/** Preparation is over, and the file says how many frames there are and where. */
const UNTOUCHED: Partial<ScanData> = {
  save: null,
  shape: null,
  center: null,
  auto_center: false,
  rebin: null,
  orientation: null,
  force_square: false,
  saturation: null,
  hot_pixels: false,
  mask_file: null,
  num_frames: null,
  positions_theory: null,
};

/** What counts with `source: file` as well. */
const COUNTS = new Set([
  ...['name', 'source', 'dfile', 'load_parallel', 'min_frames', 'on_incomplete', 'positions_unit', 'recipe'],
  // Where the file is silent.
  ...[
    'energy',
    'distance',
    'psize',
    'electron_data',
    'propagation',
    'label',
    'experimentID',
    'version',
    'center',
  ],
]);

/** Switches preparation off in `info`; the parameters that were given and now have no effect. */
function useAsItIs(info: ScanData, given: ReadonlySet<string>): string[] {
  const names = [...new Set([...given].map((name) => name.split('.')[0]))];
  const before: Readonly<Record<string, unknown>> = { ...info };
  Object.assign(info, UNTOUCHED);
  return names.filter((name) => !COUNTS.has(name) && !(name === 'save' && before.save === null));
}

/**
 * Names of parameters that the file makes idle, where they say something else than the file: what it says as well is not worth a
 * word. `frames` are those of the whole scan.
 */
export function idleNames(
  { ignored, overruled }: PreparedChoice,
  rawMeta: RawMeta,
  frames: number,
): string[] {
  const stated: Readonly<Record<string, unknown>> = { ...rawMeta, num_frames: frames };
  const idle = ignored.filter(
    (name) => stated[name] === undefined || !isEqual(overruled[name], stated[name]),
  );
  const contradicted = Object.entries(overruled).flatMap(([name, value]) =>
    rawMeta[name] === undefined || value === null || isEqual(value, rawMeta[name]) ? [] : [name],
  );
  return [...new Set([...idle, ...contradicted])];
}

function isEqual(a: unknown, b: unknown): boolean {
  return [a].flat().join() === [b].flat().join();
}
