/** The parameters of a run beside their defaults. */
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

export interface ReportedParameter {
  /** Dotted name in the configuration. */
  readonly name: string;
  readonly value: string;
  /** Undefined: it has none. */
  readonly default: string | undefined;
  readonly differs: boolean;
}

const LONGEST = 300;

/** Of a stored configuration, in its order. */
export function reportedParameters(tree: unknown, registry: ScanRegistry): ReportedParameter[] {
  if (!isMapping(tree)) return [];
  const { scans, engines, ...run } = tree;
  return [
    ...members(scans).flatMap(([label, scan]) => {
      const { data, ...model } = isMapping(scan) ? scan : {};
      const dataClass = isMapping(data) && typeof data.name === 'string' ? data.name : '';
      return [
        ...inGroup(`scans.${label}.data`, data, registry.get(dataClass) ?? SCAN_DATA),
        ...inGroup(`scans.${label}`, model, SCAN),
      ];
    }),
    ...members(engines).flatMap(([key, engine]) => {
      const name = isMapping(engine) && typeof engine.name === 'string' ? engine.name : '';
      return inGroup(`engines.${key}`, engine, ENGINE_GROUPS.get(name) ?? {});
    }),
    ...inGroup('', run, RUN),
  ];
}

function members(value: unknown): [string, unknown][] {
  return isMapping(value) ? Object.entries(value) : [];
}

function inGroup(at: string, values: unknown, group: ParamGroup): ReportedParameter[] {
  return members(values).flatMap(([name, value]) =>
    rows(at === '' ? name : `${at}.${name}`, value, Object.hasOwn(group, name) ? group[name] : undefined),
  );
}

function rows(name: string, value: unknown, entry: ParamEntry | undefined): ReportedParameter[] {
  const group = entry === undefined ? undefined : groupOf(entry);
  if (isMapping(value) && (group !== undefined || entry === undefined)) {
    const isExtra = entry !== undefined && isOptionalGroup(entry) && !entry.present;
    const switched = isExtra ? [{ name, value: 'on', default: 'none', differs: true }] : [];
    return [...switched, ...inGroup(name, value, group ?? {})];
  }
  const shown = describeValue(value, LONGEST);
  if (entry === undefined || isIgnored(entry))
    return [{ name, value: shown, default: undefined, differs: true }];
  if (!isParam(entry)) {
    const isOff = isOptionalGroup(entry) && !entry.present;
    return [{ name, value: shown, default: isOff ? 'none' : 'on', differs: !isOff }];
  }
  const usual = describeValue(entry.default, LONGEST);
  return [{ name, value: shown, default: usual, differs: shown !== usual }];
}
