/**
 * The configuration tree of a run, checked: `io`, `scans.<label>`, `engines.<key>` and the rest, with the groups of scan
 * classes and engines looked up by their `name`.
 */
import type { CommonParameters } from '../../engines/engine.ts';
import { RefinementSchedule } from '../../engines/positions/refinement-schedule.ts';
import type { ConfigIssue } from '../../errors.ts';
import type { ParamGroup, Values } from '../../params/declare.ts';
import { RUN } from '../../params/io.ts';
import { expandShortForms, SCAN, type ScanModel } from '../../params/model.ts';
import {
  engineNotHere,
  modelNotHere,
  plainEngineName,
  plainScanClass,
  scanClassNotHere,
  type NotHere,
} from '../../params/ptypy-names.ts';
import { withRecipe, type SCAN_DATA, type ScanData } from '../../params/scan-data.ts';
import { check, unknownName, type CheckOptions } from '../../params/validate.ts';
import { describeValue, isMapping, isNone } from '../../params/values.ts';

/** Parameter groups by the name users write; a Map is one. */
export interface GroupLookup {
  get(name: string): ParamGroup | undefined;
  keys(): Iterable<string>;
}

export interface ScanDataConfig {
  /** Name of the scan class. */
  readonly name: string;
  /** Checked values by the declaration of that class. */
  readonly values: ScanData & Readonly<Record<string, unknown>>;
  /** Dotted names of the parameters that were given; a loader may fill the others from its file. */
  readonly given: ReadonlySet<string>;
  /** The given ones alone, checked and with paths resolved: what the scan class is constructed with. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ScanConfig {
  readonly label: string;
  readonly model: ScanModel;
  readonly data: ScanDataConfig;
}

export interface EngineConfig {
  /** Key under `engines`. */
  readonly key: string;
  readonly name: string;
  /** Checked values by the engine's declaration; `validate(GROUP, values)` gives them their types. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface RunConfig extends Values<typeof RUN> {
  /** In the order of the configuration. */
  readonly scans: readonly ScanConfig[];
  /** In the order in which they run, which is that of the configuration. */
  readonly engines: readonly EngineConfig[];
  /**
   * The configuration as one plain tree, defaults included except those of `data`, which a loader may fill from its file.
   * Checked again it gives this configuration.
   */
  readonly tree: Readonly<Record<string, unknown>>;
}

export interface ConfigOutcome {
  readonly config: RunConfig;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly string[];
  /** Dotted names of the entries that were given and have no meaning here. */
  readonly ignored: readonly string[];
}

type Where = Pick<CheckOptions, 'lineOf' | 'resolvePath'>;

/** Checks a whole configuration. `config` is usable where `issues` is empty. */
export function checkConfig(
  tree: unknown,
  groups: { readonly scans: GroupLookup; readonly engines: GroupLookup },
  where: Where = {},
): ConfigOutcome {
  const report = new Report(where);
  const top = report.mapping([], tree);
  const run = report.take(check(RUN, top, { ...where, elsewhere: ['scans', 'engines'] }));
  const scans = report
    .members(top, 'scans')
    .map(([label, scan]) => checkScan(label, scan, groups.scans, report));
  if (scans.length === 0) report.issue(['scans'], 'at least one scan is needed: scans.<label>');
  const engines = report
    .members(top, 'engines')
    .map(([key, engine]) => checkEngine(key, engine, groups.engines, report));
  checkSharing(scans, report);
  noteOrder(engines, report);
  return {
    config: { ...run, scans, engines, tree: plainTree(run, scans, engines) },
    issues: report.issues,
    warnings: report.warnings(),
    ignored: report.ignored,
  };
}

function checkScan(label: string, tree: unknown, lookup: GroupLookup, report: Report): ScanConfig {
  const at = ['scans', label];
  const expanded = expandShortForms(tree);
  const name = isMapping(expanded) ? expanded.name : undefined;
  const absent = typeof name === 'string' ? modelNotHere(name) : undefined;
  if (absent !== undefined) {
    // What such a scan says beyond that means nothing here.
    report.notHere([...at, 'name'], absent);
    return { label, model: check(SCAN, {}).values, data: NO_DATA };
  }
  const model = report.take(check(SCAN, expanded, { ...report.where, at, elsewhere: ['data'] }));
  const data = isMapping(expanded) ? expanded.data : undefined;
  return { label, model, data: checkData([...at, 'data'], data, lookup, report) };
}

/** Of a scan whose class is not known. */
const NO_DATA: ScanDataConfig = {
  name: '',
  values: {} as ScanDataConfig['values'],
  given: new Set(),
  parameters: {},
};

function checkData(
  at: readonly string[],
  tree: unknown,
  lookup: GroupLookup,
  report: Report,
): ScanDataConfig {
  const members = report.mapping(at, tree);
  // Older configurations name no class where the source says it: prepared data is read by PtydScan.
  const prepared = !isNone(members.dfile) || !isNone(members.source);
  const given = isNone(members.name) ? (prepared ? 'PtydScan' : undefined) : members.name;
  const wanted = typeof given === 'string' ? given : '';
  const name = lookup.get(wanted) === undefined ? plainScanClass(wanted) : wanted;
  const group = lookup.get(name);
  if (group === undefined) {
    const names = [...lookup.keys()];
    const absent = scanClassNotHere(name);
    if (absent !== undefined) report.notHere([...at, 'name'], absent);
    else
      report.issue(
        given === undefined ? at : [...at, 'name'],
        given === undefined
          ? `'name' is needed, the scan class that loads the data; one of ${names.join(', ')}`
          : unknownName('scan class', typeof given === 'string' ? given : describeValue(given), names),
      );
    return { ...NO_DATA, name };
  }
  if (name !== wanted) report.warn(`${at.join('.')}: scan class '${wanted}' runs as '${name}'`);
  // Every scan class extends SCAN_DATA; what it adds is known to it alone.
  const declared = withRecipe(group, { ...members, name });
  const checked = check(group as typeof SCAN_DATA, declared, { ...report.where, at });
  const values = report.take<ScanData & Readonly<Record<string, unknown>>>(checked);
  if (checked.issues.length === 0) checkRebin(at, values, report);
  return { name, values, given: checked.given, parameters: givenOnly(values, checked.given) };
}

/** Where the region is known here already; the frames may have another size, and say so themselves. */
function checkRebin(
  at: readonly string[],
  { source, shape, rebin, force_square }: ScanData,
  report: Report,
): void {
  if (source === 'file' || shape === null || rebin === null) return;
  const region = force_square ? [Math.min(...shape), Math.min(...shape)] : shape;
  if (region.every((pixels) => pixels % rebin === 0)) return;
  const message = `${rebin} does not divide the region of ${region.join('x')} pixels (shape)`;
  report.issue([...at, 'rebin'], message);
}

/** The part of a checked tree that was given, nested as it was. */
function givenOnly(
  values: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
  prefix = '',
): Record<string, unknown> {
  const names = [...given];
  const entries = Object.entries(values).flatMap(([name, value]): [string, unknown][] => {
    const path = `${prefix}${name}`;
    if (given.has(path)) return [[name, value]];
    if (!isMapping(value) || !names.some((other) => other.startsWith(`${path}.`))) return [];
    return [[name, givenOnly(value, given, `${path}.`)]];
  });
  return Object.fromEntries(entries);
}

function checkEngine(key: string, tree: unknown, lookup: GroupLookup, report: Report): EngineConfig {
  const at = ['engines', key];
  const members = report.mapping(at, tree);
  const given = members.name;
  const wanted = typeof given === 'string' ? given : '';
  const known = lookup.get(wanted) !== undefined;
  const name = known ? wanted : plainEngineName(wanted);
  const group = lookup.get(name);
  if (group === undefined) {
    const names = [...lookup.keys()];
    const absent = engineNotHere(wanted);
    if (absent !== undefined) report.notHere([...at, 'name'], absent);
    else
      report.issue(
        isNone(given) ? at : [...at, 'name'],
        isNone(given)
          ? `'name' is needed, the engine to run; one of ${names.join(', ')}`
          : unknownName('engine', typeof given === 'string' ? given : describeValue(given), names),
      );
    return { key, name, values: {} };
  }
  if (name !== wanted) report.warn(`${at.join('.')}: engine '${wanted}' runs as '${name}'`);
  const values = report.take(check(group, { ...members, name }, { ...report.where, at }));
  noteRefinement(at, values, report);
  return { key, name, values };
}

/** Says so where positions would be refined in none of the engine's iterations. */
function noteRefinement(
  at: readonly string[],
  values: Readonly<Record<string, unknown>>,
  report: Report,
): void {
  const { position_refinement: refinement, numiter } = values as Partial<CommonParameters>;
  if (refinement === undefined || refinement === null || numiter === undefined) return;
  if (new RefinementSchedule(refinement, () => numiter).isEverDue) return;
  const given = ['start', 'stop', 'interval'] as const;
  const shown = given.map((name) => `${name} ${refinement[name] ?? 'none'}`).join(', ');
  report.warn(
    `${at.join('.')}.position_refinement: no iteration is due with ${shown} and numiter ${numiter}, positions stay as measured`,
  );
}

function checkSharing(scans: readonly ScanConfig[], report: Report): void {
  const labels = scans.map(({ label }) => label);
  for (const { label, model } of scans) {
    for (const name of ['probe_share_with', 'object_share_with'] as const) {
      const other = model.sharing[name];
      if (other === null || (other !== label && labels.includes(other))) continue;
      const others = labels.filter((known) => known !== label);
      report.issue(['scans', label, 'sharing', name], unknownName('other scan', other, others));
    }
  }
}

function noteOrder(engines: readonly EngineConfig[], report: Report): void {
  const keys = engines.map(({ key }) => key);
  if (keys.join() === [...keys].sort().join()) return;
  report.warn(`engines run in the order they are written, ${keys.join(', ')}; ptypy sorts them by name`);
}

function plainTree(
  run: Values<typeof RUN>,
  scans: readonly ScanConfig[],
  engines: readonly EngineConfig[],
): Readonly<Record<string, unknown>> {
  return {
    ...run,
    scans: Object.fromEntries(
      scans.map(({ label, model, data }) => [label, { ...model, data: data.parameters }]),
    ),
    engines: Object.fromEntries(engines.map(({ key, values }) => [key, values])),
  };
}

/** Everything that is found on the way. */
class Report {
  readonly where: Where;
  readonly issues: ConfigIssue[] = [];
  readonly ignored: string[] = [];
  private readonly notes: string[] = [];
  private readonly absent = new Set<string>();

  constructor(where: Where) {
    this.where = where;
  }

  issue(path: readonly string[], message: string): void {
    const line = this.where.lineOf?.(path);
    this.issues.push({ path: path.join('.'), message, ...(line === undefined ? {} : { line }) });
  }

  /** A name of ptypy's that is not here: said once for all that belongs together. */
  notHere(path: readonly string[], { family, message }: NotHere): void {
    if (this.absent.has(family)) return;
    this.absent.add(family);
    this.issue(path, message);
  }

  warn(message: string): void {
    this.notes.push(message);
  }

  take<V>(checked: { values: V; issues: readonly ConfigIssue[]; ignored: readonly string[] }): V {
    this.issues.push(...checked.issues);
    this.ignored.push(...checked.ignored);
    return checked.values;
  }

  /** The members of a group that its `name` declares; none has no members. */
  mapping(at: readonly string[], tree: unknown): Readonly<Record<string, unknown>> {
    if (isMapping(tree)) return tree;
    if (!isNone(tree)) this.issue(at, `expected a group of parameters, got ${describeValue(tree)}`);
    return {};
  }

  /** The named entries of a container such as `scans`. */
  members(tree: Readonly<Record<string, unknown>>, name: string): [string, unknown][] {
    const container = Object.hasOwn(tree, name) ? tree[name] : undefined;
    if (isNone(container)) return [];
    if (isMapping(container)) return Object.entries(container);
    this.issue([name], `expected a group of ${name} by name, got ${describeValue(container)}`);
    return [];
  }

  /** One warning names all entries without meaning; others follow one by one. */
  warnings(): string[] {
    if (this.ignored.length === 0) return this.notes;
    return [`no meaning here, ignored: ${this.ignored.join(', ')}`, ...this.notes];
  }
}
