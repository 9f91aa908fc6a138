/** The parameters of a run beside their defaults, and what of them differs. */
import type { ScanRegistry } from '../../loaders/registry.ts';
import {
  groupOf,
  isIgnored,
  isOptionalGroup,
  isParam,
  type ParamEntry,
  type ParamGroup,
} from '../../params/declare.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { RUN } from '../../params/io.ts';
import { SCAN } from '../../params/model.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import { describeValue, isMapping } from '../../params/values.ts';

export interface ParameterRow {
  /** Dotted name in the configuration. */
  readonly name: string;
  readonly value: string;
  /** Undefined: it has none. */
  readonly default: string | undefined;
  readonly differs: boolean;
  /** Empty where it is not declared. */
  readonly help: string;
  readonly unit: string;
}

/** Those that are declared together. */
export interface ParameterGroup {
  /** Dotted name in the configuration; empty: the run itself. */
  readonly at: string;
  /** The scan class, or the engine; empty: neither. */
  readonly of: string;
  readonly rows: readonly ParameterRow[];
}

const LONGEST = 300;

/** Of a stored configuration, in its order. */
export function parameterGroups(tree: unknown, registry: ScanRegistry): ParameterGroup[] {
  return partsOf(tree, registry).map(({ at, of, values, group }) => ({
    ...{ at, of, rows: inGroup(at, values, group) },
  }));
}

/**
 * The configuration without what has no meaning here and, with `onlyDiffering`, without what equals its default: both mean the same.
 * Scan classes and engines that are not known here keep all they have.
 */
export function tidyTree(
  tree: unknown,
  registry: ScanRegistry,
  { onlyDiffering }: { readonly onlyDiffering: boolean },
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { at, values, group, isKnown, path } of partsOf(tree, registry)) {
    const isNamed = at.startsWith('engines.') || at.endsWith('.data');
    const kept = prune(values, group, (name, value, entry) => {
      if (entry === undefined) return !isKnown;
      if (isIgnored(entry)) return false;
      return !onlyDiffering || (isNamed && name === 'name') || rows(name, value, entry).some(isDiffering);
    });
    const place = path.reduce((within, name) => (within[name] ??= {}) as Record<string, unknown>, result);
    Object.assign(place, kept);
  }
  return result;
}

function isDiffering({ differs }: ParameterRow): boolean {
  return differs;
}

interface Part {
  readonly at: string;
  readonly path: readonly string[];
  readonly of: string;
  readonly values: unknown;
  readonly group: ParamGroup;
  /** The group says all that may be given. */
  readonly isKnown: boolean;
}

function partsOf(tree: unknown, registry: ScanRegistry): Part[] {
  if (!isMapping(tree)) return [];
  const { scans, engines, ...run } = tree;
  const part = (path: readonly string[], of: string, values: unknown, group?: ParamGroup): Part => ({
    ...{ at: path.join('.'), path, of, values, isKnown: group !== undefined },
    group: group ?? (path.length === 3 ? SCAN_DATA : {}),
  });
  return [
    ...members(scans).flatMap(([label, scan]) => {
      const { data, ...model } = isMapping(scan) ? scan : {};
      const of = nameIn(data);
      return [
        part(['scans', label, 'data'], of, data, registry.get(of)),
        part(['scans', label], '', model, SCAN),
      ];
    }),
    ...members(engines).map(([key, engine]) => {
      const of = nameIn(engine);
      return part(['engines', key], of, engine, ENGINE_GROUPS.get(of));
    }),
    part([], '', run, RUN),
  ];
}

function nameIn(values: unknown): string {
  return isMapping(values) && typeof values.name === 'string' ? values.name : '';
}

function prune(
  values: unknown,
  group: ParamGroup,
  isKept: (name: string, value: unknown, entry: ParamEntry | undefined) => boolean,
): Record<string, unknown> {
  const kept = members(values).flatMap(([name, value]): [string, unknown][] => {
    const entry = entryOf(group, name);
    const nested = entry === undefined ? undefined : groupOf(entry);
    if (entry === undefined || nested === undefined || !isMapping(value)) {
      return isKept(name, value, entry) ? [[name, value]] : [];
    }
    const inner = prune(value, nested, isKept);
    return isExtra(entry) || Object.keys(inner).length > 0 ? [[name, inner]] : [];
  });
  return Object.fromEntries(kept);
}

function members(value: unknown): [string, unknown][] {
  return isMapping(value) ? Object.entries(value) : [];
}

function entryOf(group: ParamGroup, name: string): ParamEntry | undefined {
  return Object.hasOwn(group, name) ? group[name] : undefined;
}

/** A group that is not there unless it is given. */
function isExtra(entry: ParamEntry): boolean {
  return isOptionalGroup(entry) && !entry.present;
}

function inGroup(at: string, values: unknown, group: ParamGroup): ParameterRow[] {
  return members(values).flatMap(([name, value]) =>
    rows(at === '' ? name : `${at}.${name}`, value, entryOf(group, name)),
  );
}

function rows(name: string, value: unknown, entry: ParamEntry | undefined): ParameterRow[] {
  const group = entry === undefined ? undefined : groupOf(entry);
  const help = entry !== undefined && 'help' in entry && typeof entry.help === 'string' ? entry.help : '';
  const row = (shown: string, usual: string | undefined, differs = shown !== usual): ParameterRow => ({
    ...{ name, value: shown, default: usual, differs, help },
    unit: entry !== undefined && isParam(entry) ? (entry.unit ?? '') : '',
  });
  if (isMapping(value) && (group !== undefined || entry === undefined)) {
    const switched = entry !== undefined && isExtra(entry) ? [row('on', 'none')] : [];
    return [...switched, ...inGroup(name, value, group ?? {})];
  }
  const shown = describeValue(value, LONGEST);
  if (entry === undefined || isIgnored(entry)) return [row(shown, undefined)];
  if (!isParam(entry)) return isExtra(entry) ? [row(shown, 'none', false)] : [row(shown, 'on', true)];
  // One that is long is told by all of it.
  const isSame = describeValue(value, Infinity) === describeValue(entry.default, Infinity);
  return [row(shown, describeValue(entry.default, LONGEST), !isSame)];
}
