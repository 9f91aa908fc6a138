/** The reference of all parameters as a Markdown page and as text for a terminal. */
import { groupOf, isIgnored, isOptionalGroup, isParam, type Param, type ParamGroup } from './declare.ts';
import { defaultsPage } from './defaults-page.ts';
import { RUN } from './io.ts';
import { shownDefault } from './json-schema.ts';
import { SCAN } from './model.ts';
import { runSchema, type NamedGroups } from './run-schema.ts';
import { SCAN_DATA } from './scan-data.ts';

/** A parameter as users read about it. */
export interface ParameterRow {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly default: string;
  readonly help: string;
}

/** The generated files of the project: their path in the repository and their content. */
export function generateReference(groups: NamedGroups): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/parameters.md', referencePage(groups)],
    ['docs/reference/defaults.md', defaultsPage(groups)],
    ['schema/ptyflow.schema.json', `${JSON.stringify(runSchema(groups), undefined, 1)}\n`],
  ]);
}

/** One page with a table for every group. */
export function referencePage({ scans, engines }: NamedGroups): string {
  return [
    '# Parameters',
    '',
    'This page is generated from the declarations that also check every configuration.',
    '',
    'A configuration is a YAML or JSON file. Names and defaults are those of ptypy; what it does not have is marked. None is',
    'written `null`, `None`, or left empty. Lists are written `[a, b]`. Relative paths are relative to the folder of the',
    'file; those of `--set name=value` on the command line are relative to the working directory. The first line',
    '`# yaml-language-server: $schema=<path>/ptyflow.schema.json` gives help while typing in many editors.',
    '',
    ...section('The run', '', RUN),
    ...section('Scans: `scans.<label>`', 'Beside `data`, which depends on the scan class (below).', SCAN),
    ...section('Data of every scan: `scans.<label>.data`', 'Every scan class has these.', SCAN_DATA),
    ...[...scans].flatMap(([name, group]) =>
      section(
        `\`data.name: ${name}\``,
        'Beside those of every scan, or with another default.',
        ownOnly(group, SCAN_DATA),
      ),
    ),
    ...[...engines].flatMap(([name, group]) => section(`Engine \`${name}\`: \`engines.<key>\``, '', group)),
  ].join('\n');
}

/** The same tables for a terminal: one parameter a line, its help below. */
export function describeText(group: ParamGroup, prefix = ''): string {
  return [
    ...parameterRows(group, prefix).map((row) => rowText(row)),
    ...ignoredOf(group, prefix).map(([name, help]) => `${name}  (accepted and ignored)\n    ${help}`),
  ].join('\n');
}

/** A parameter in two lines; `of`: the classes that have it. */
export function rowText(
  { name, type, unit, default: value, help }: ParameterRow,
  of: readonly string[] = [],
): string {
  const shownUnit = unit === '' ? '' : ` ${unit}`;
  const owners = of.length === 0 ? '' : `  of ${of.join(', ')}`;
  return `${name}${owners}  (${type}${shownUnit}, default ${value})\n    ${help}`;
}

function section(title: string, intro: string, group: ParamGroup): string[] {
  const rows = parameterRows(group, '');
  const ignored = ignoredOf(group, '');
  return [
    `## ${title}`,
    '',
    ...(intro === '' ? [] : [intro, '']),
    ...(rows.length === 0 ? ['No further parameters.', ''] : [...table(rows), '']),
    ...(ignored.length === 0
      ? []
      : [`Accepted and ignored: ${ignored.map(([name]) => `\`${name}\``).join(', ')}.`, '']),
  ];
}

function table(rows: readonly ParameterRow[]): string[] {
  return [
    '| name | type | unit | default | meaning |',
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${[`\`${row.name}\``, row.type, row.unit, `\`${row.default}\``, row.help].map(cell).join(' | ')} |`,
    ),
  ];
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}

/** The parameters of a group and the groups in it, with names that begin with `prefix`. */
export function parameterRows(group: ParamGroup, prefix: string): ParameterRow[] {
  return Object.entries(group).flatMap(([name, entry]): ParameterRow[] => {
    if (isIgnored(entry)) return [];
    if (!isParam(entry)) {
      const members = parameterRows(groupOf(entry) ?? {}, `${prefix}${name}.`);
      if (!isOptionalGroup(entry) || entry.help === undefined) return members;
      const row = { name: `${prefix}${name}`, type: 'group · bool or none', unit: '', default: 'none' };
      return [{ ...row, help: entry.help }, ...members];
    }
    return [
      {
        name: `${prefix}${name}`,
        type: entry.type.label,
        unit: entry.unit ?? '',
        default: shown(entry),
        help: entry.help,
      },
    ];
  });
}

function ignoredOf(group: ParamGroup, prefix: string): [string, string][] {
  return Object.entries(group).flatMap(([name, entry]): [string, string][] => {
    if (isIgnored(entry)) return [[`${prefix}${name}`, entry.help]];
    return isParam(entry) ? [] : ignoredOf(groupOf(entry) ?? {}, `${prefix}${name}.`);
  });
}

function shown(entry: Param): string {
  const value = shownDefault(entry);
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What `group` declares beside `base`, and what it gives another default. */
function ownOnly(group: ParamGroup, base: ParamGroup): ParamGroup {
  const own = Object.entries(group).filter(([name, entry]) => {
    const common = Object.hasOwn(base, name) ? base[name] : undefined;
    if (common === undefined || entry === common || name === 'name') return common === undefined;
    return !(isParam(entry) && isParam(common) && shown(entry) === shown(common));
  });
  return Object.fromEntries(own);
}
