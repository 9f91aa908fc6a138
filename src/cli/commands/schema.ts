/** `ptyflow schema`: what every parameter means, from the declarations that check it. */
import { ConfigError, nearest } from '../../errors.ts';
import { groupOf, type ParamEntry, type ParamGroup } from '../../params/declare.ts';
import type { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { RUN } from '../../params/io.ts';
import { SCAN } from '../../params/model.ts';
import { describeText, parameterRows, rowText } from '../../params/reference-page.ts';
import { runSchema, type NamedGroups } from '../../params/run-schema.ts';
import { allParameters, searchParameters, type FoundParameter } from '../../params/search.ts';
import { unknownName } from '../../params/validate.ts';
import type { RunOptions } from '../options.ts';
import { registryWith } from '../../run/scan-modules/load.ts';
import { startSession } from '../session.ts';

export interface SchemaOptions extends RunOptions {
  readonly jsonSchema?: boolean;
}

/** What is said in answer: text, and the parameters it is about. */
interface Answer {
  readonly text: string;
  readonly rows: readonly FoundParameter[];
}

export async function schema(path: string | undefined, options: SchemaOptions): Promise<void> {
  const session = startSession(options);
  const registry = await registryWith(options.scanModule);
  const groups = { scans: scanGroups(registry), engines: ENGINE_GROUPS };
  if (options.jsonSchema === true) {
    process.stdout.write(`${JSON.stringify(runSchema(groups), undefined, 1)}\n`);
    return;
  }
  const { text, rows } = explain(path ?? '', groups);
  if (options.json !== true) {
    process.stdout.write(`${text}\n`);
    return;
  }
  for (const row of rows) session.onEvent({ event: 'parameter', ...row });
  session.answered();
}

function scanGroups(registry: ScanRegistry): NamedGroups['scans'] {
  return new Map([...registry.keys()].map((name) => [name, registry.get(name) ?? {}]));
}

/** A path as in a configuration, the name of a class, or whatever a user remembers of a parameter. */
export function explain(path: string, groups: NamedGroups): Answer {
  const [first] = path.split('.');
  if (path === '') {
    const { text, rows } = groupAnswer(RUN, '');
    return { text: `${text}\n${overview(groups)}`, rows };
  }
  if (['scans', 'engines'].includes(first) || Object.hasOwn(RUN, first)) return atPath(path, groups);
  const ignoreCase = (names: Iterable<string>): string | undefined =>
    [...names].find((name) => name.toLowerCase() === path.toLowerCase());
  const engine = ignoreCase(groups.engines.keys());
  if (engine !== undefined) return atPath(`engines.${engine}`, groups);
  const scan = ignoreCase(groups.scans.keys());
  if (scan !== undefined) return atPath(`scans.<label>.data.${scan}`, groups);
  const rows = searchParameters(path, groups);
  if (rows.length > 0) return { text: rows.map((row) => rowText(row, row.of)).join('\n'), rows };
  throw usage(nothingFound(path, groups));
}

function nothingFound(term: string, groups: NamedGroups): string {
  const names = allParameters(groups).map(({ name }) => name.split('.').at(-1) ?? name);
  const known = [...new Set([...names, ...groups.engines.keys(), ...groups.scans.keys()])];
  const close = nearest(term, known).map((name) => `'${name}'`);
  const hint = close.length === 0 ? 'ptyflow schema lists all groups' : `did you mean ${close.join(' or ')}?`;
  return `no name and no help text holds '${term}'; ${hint}`;
}

/** `scans.S.data` is the parameters of every scan class; `engines.DM` those of an engine, by its name. */
function atPath(path: string, { scans, engines }: NamedGroups): Answer {
  const names = path.split('.');
  if (names[0] === 'engines') {
    const name = names.at(1);
    if (name === undefined) return { text: overview({ scans, engines }), rows: [] };
    return find(named(engines, 'engine', name), names.slice(2), `engines.${name}`);
  }
  if (names[0] !== 'scans') return find(RUN, names, '');
  if (names.at(2) !== 'data') return find(SCAN, names.slice(2), 'scans.<label>');
  const at = 'scans.<label>.data';
  const className = names.at(3);
  if (className === undefined) {
    const text = [...scans].map(([name, group]) => `${name}\n\n${describeText(group, '  ')}`).join('\n\n');
    return { text, rows: [...scans].flatMap(([name, group]) => rowsOf(group, `${at}.`, [name])) };
  }
  if (scans.has(className)) return find(named(scans, 'scan class', className), names.slice(4), at);
  const all = Object.assign({}, ...scans.values()) as ParamGroup;
  return find(all, names.slice(3), at);
}

function overview({ scans, engines }: NamedGroups): string {
  return [
    'Further groups:',
    '  scans.<label>                   model, illumination, sample and coherence of a scan',
    ...[...scans.keys()].map(
      (name) => `  scans.<label>.data.${name.padEnd(17)}its frames, when data.name is ${name}`,
    ),
    ...[...engines.keys()].map((name) => `  engines.${name.padEnd(24)}the engine of that name`),
    'A word finds parameters by name or meaning: ptyflow schema rebin',
  ].join('\n');
}

function named(groups: ReadonlyMap<string, ParamGroup>, what: string, name: string): ParamGroup {
  const group = groups.get(name);
  if (group === undefined) throw usage(unknownName(what, name, [...groups.keys()]));
  return group;
}

function find(group: ParamGroup, names: readonly string[], at: string): Answer {
  const prefix = at === '' ? '' : `${at}.`;
  if (names.length === 0) return groupAnswer(group, prefix);
  const [name, ...rest] = names;
  if (!Object.hasOwn(group, name)) throw usage(unknownName('parameter', name, Object.keys(group)));
  const entry: ParamEntry = group[name];
  const nested = groupOf(entry);
  return nested === undefined
    ? groupAnswer({ [name]: entry }, prefix)
    : find(nested, rest, `${prefix}${name}`);
}

function groupAnswer(group: ParamGroup, prefix: string): Answer {
  return { text: describeText(group, prefix), rows: rowsOf(group, prefix, []) };
}

function rowsOf(group: ParamGroup, prefix: string, of: readonly string[]): FoundParameter[] {
  return parameterRows(group, prefix).map((row) => ({ ...row, of }));
}

function usage(message: string): ConfigError {
  return new ConfigError([{ path: '<path>', message }]);
}
