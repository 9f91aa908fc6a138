/** The page of all defaults: what is taken where a parameter is not given. Generated, so that it says what the declarations say. */
import { groupOf, isIgnored, isOptionalGroup, isParam, type ParamGroup } from './declare.ts';
import { DATA_EFFECTS, ENGINE_EFFECTS, SCAN_EFFECTS } from './default-effects.ts';
import { shownDefault } from './json-schema.ts';
import { SCAN } from './model.ts';
import type { NamedGroups } from './run-schema.ts';
import { SCAN_DATA } from './scan-data.ts';

type Effects = Readonly<Record<string, string>>;

interface Default {
  readonly name: string;
  readonly value: string;
  readonly help: string;
}

/** Change nothing in the numbers of a result: names, files, how work is shared out, and what is only said. */
const NEUTRAL = new Set([
  ...[
    'name',
    'dfile',
    'chunk_format',
    'save',
    'load_parallel',
    'min_frames',
    'label',
    'experimentID',
    'version',
  ],
  ...['compression', 'parallel_write', 'recipe', 'numiter_contiguous', 'compute_log_likelihood'],
]);

export function defaultsPage({ scans, engines }: NamedGroups): string {
  return [
    '# Defaults that change numbers',
    '',
    'What happens when a parameter is not given. Generated from the declarations; names that change no number of a result (files,',
    'labels, how work is shared out) are left out. All parameters: `parameters.md`.',
    '',
    'Energy, distance, pixel size and positions have no default: nothing is assumed in their place.',
    '',
    ...section('Data of every scan: `scans.<label>.data`', defaultsOf(SCAN_DATA), DATA_EFFECTS),
    ...[...distinct(scans)].flatMap(([names, group]) =>
      section(`\`data.name: ${names}\``, ownDefaults(group), DATA_EFFECTS),
    ),
    ...section('Scans: `scans.<label>`', defaultsOf(SCAN), SCAN_EFFECTS),
    ...section('Engines: `engines.<key>`', engineDefaults(engines), ENGINE_EFFECTS),
  ].join('\n');
}

function section(title: string, defaults: readonly Default[], effects: Effects): string[] {
  if (defaults.length === 0) return [];
  const rows = defaults.map(({ name, value, help }) => {
    const effect = Object.hasOwn(effects, name) ? effects[name] : help;
    return `| \`${name}\` | ${value.replaceAll('|', String.raw`\|`)} | ${effect.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;')} |`;
  });
  return [`## ${title}`, '', '| not given | taken | what that means |', '|---|---|---|', ...rows, ''];
}

/** Of a group and those in it, by dotted name. */
export function defaultsOf(group: ParamGroup, prefix = ''): Default[] {
  return Object.entries(group).flatMap(([name, entry]): Default[] => {
    const full = `${prefix}${name}`;
    if (isIgnored(entry) || NEUTRAL.has(full)) return [];
    if (isParam(entry)) {
      const unit = entry.unit === undefined || entry.default === null ? '' : ` ${entry.unit}`;
      return [{ name: full, value: `\`${shown(shownDefault(entry))}\`${unit}`, help: entry.help }];
    }
    const members = defaultsOf(groupOf(entry) ?? {}, `${full}.`);
    if (!isOptionalGroup(entry) || entry.present) return members;
    return [{ name: full, value: '`none`', help: entry.help ?? 'Off.' }, ...members];
  });
}

function shown(value: unknown): string {
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Beside those of every scan, or others. */
function ownDefaults(group: ParamGroup): Default[] {
  const common = new Map(defaultsOf(SCAN_DATA).map(({ name, value }) => [name, value]));
  return defaultsOf(group).filter(({ name, value }) => common.get(name) !== value);
}

/** Classes under several names once. */
function distinct(groups: NamedGroups['scans']): Map<string, ParamGroup> {
  const names = new Map<ParamGroup, string[]>();
  for (const [name, group] of groups) names.set(group, [...(names.get(group) ?? []), name]);
  return new Map([...names].map(([group, all]) => [all.join(', '), group]));
}

/** A row for each parameter, with the engines where its default differs. */
function engineDefaults(engines: NamedGroups['engines']): Default[] {
  const rows = new Map<string, { help: string; values: Map<string, string[]> }>();
  for (const [engine, group] of engines) {
    for (const { name, value, help } of defaultsOf(group)) {
      const row = rows.get(name) ?? { help, values: new Map<string, string[]>() };
      row.values.set(value, [...(row.values.get(value) ?? []), engine]);
      rows.set(name, row);
    }
  }
  return [...rows].map(([name, { help, values }]) => ({
    name,
    help,
    value:
      values.size === 1
        ? [...values.keys()][0]
        : [...values].map(([value, of]) => `${value} (${of.join(', ')})`).join(' · '),
  }));
}
