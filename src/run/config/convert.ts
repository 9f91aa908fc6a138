/**
 * The parameters of a ptypy script as a configuration: what means the same is taken over, what differs gets a comment, what is not
 * known or has no meaning here stays as a comment. Nothing is dropped.
 */
import { relative, resolve, sep } from 'node:path';
import { groupOf, isIgnored, type ParamEntry, type ParamGroup } from '../../params/declare.ts';
import { RUN } from '../../params/io.ts';
import { SCAN } from '../../params/model.ts';
import { plainEngineName, plainScanClass } from '../../params/ptypy-names.ts';
import { isMapping } from '../../params/values.ts';
import { checkConfig, type ConfigOutcome, type GroupLookup } from './config-check.ts';
import { ConfigText } from './convert-text.ts';

export interface ConvertOptions {
  readonly scans: GroupLookup;
  readonly engines: GroupLookup;
  /** What the parameters come from, for the first comment. */
  readonly source: string;
  /** Folder that relative paths of the script are relative to, and that of the configuration. */
  readonly from: string;
  readonly to: string;
}

export interface Conversion {
  /** YAML. */
  readonly text: string;
  /** Entries that stay as comments, with the reason. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
  /** Entries without meaning here, which stay as comments too. */
  readonly ignored: readonly string[];
  /** What is still missing for a configuration that runs. */
  readonly missing: readonly string[];
}

type Tree = Readonly<Record<string, unknown>>;

export function convertParameters(given: Tree, options: ConvertOptions): Conversion {
  const tree = inPtypysOrder(normalised(given) as Tree);
  const left = new Map<string, string>();
  const paths = new Set<string>();
  let outcome: ConfigOutcome;
  for (;;) {
    paths.clear();
    outcome = checkConfig(without(tree, left, []), options, {
      resolvePath: (value, path) => {
        paths.add(path.join('.'));
        return value;
      },
    });
    const before = left.size;
    for (const { path, message } of outcome.issues) {
      const place = culprit(tree, path);
      if (place !== undefined && !left.has(place)) left.set(place, message);
    }
    if (left.size === before) break;
  }
  const reasons = new Map(left);
  for (const name of outcome.ignored) reasons.set(name, `no meaning here: ${helpOf(name, tree, options)}`);
  const text = new ConfigText(reasons, (path, value, parent) =>
    changed(path, value, parent, paths, options),
  ).write(tree, [
    `Made by \`ptyflow convert\` from ${options.source}, the parameters of a ptypy script.`,
    'Relative paths are relative to the folder of this file. What differs: docs/howto/from-ptypy.md.',
  ]);
  return {
    text,
    left: [...left].map(([path, reason]) => ({ path, reason })),
    ignored: outcome.ignored,
    missing: outcome.issues.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** Engines in the order in which ptypy runs them: by name. */
function inPtypysOrder(tree: Tree): Tree {
  const { engines } = tree;
  if (!isMapping(engines)) return tree;
  const sorted = Object.entries(engines).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { ...tree, engines: Object.fromEntries(sorted) };
}

/** Element types and arrays as Python writes them in text. */
function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (isMapping(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, normalised(member)]));
  }
  if (typeof value !== 'string') return value;
  const type = /^<class 'numpy\.(\w+)'>$/.exec(value);
  const array = /^ARRAY\((.+?), shape=.*\)$/.exec(value);
  return type?.[1] ?? array?.[1] ?? value;
}

/** The tree without the entries that are left out. */
function without(tree: Tree, left: ReadonlyMap<string, string>, at: readonly string[]): Tree {
  const kept = Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const path = [...at, name];
    if (left.has(path.join('.'))) return [];
    return [[name, isMapping(value) ? without(value, left, path) : value]];
  });
  return Object.fromEntries(kept);
}

/** The entry that an issue is about: the whole engine or scan where its name is; undefined where something is missing. */
function culprit(tree: Tree, path: string): string | undefined {
  const names = namesOf(tree, path);
  if (names === undefined) return undefined;
  const [room] = names;
  // Scans are there, but none that is known.
  if (path === 'scans' && isMapping(tree.scans)) return undefined;
  const isName = names.at(-1) === 'name';
  if (isName && room === 'engines' && names.length === 3) return names.slice(0, 2).join('.');
  if (isName && room === 'scans' && names.length >= 3 && names.length <= 4)
    return names.slice(0, 2).join('.');
  return path;
}

/** A dotted path taken apart along the tree, whose names may have dots themselves. */
function namesOf(tree: unknown, path: string): string[] | undefined {
  if (!isMapping(tree)) return undefined;
  for (const name of Object.keys(tree)) {
    if (name === path) return [name];
    const rest = path.startsWith(`${name}.`) ? namesOf(tree[name], path.slice(name.length + 1)) : undefined;
    if (rest !== undefined) return [name, ...rest];
  }
  return undefined;
}

/** Why an entry has no meaning here, as its declaration says. */
function helpOf(path: string, tree: Tree, { scans, engines }: ConvertOptions): string {
  const names = namesOf(tree, path) ?? path.split('.');
  const member = (at: readonly string[]): string => {
    const value = at.reduce<unknown>((node, name) => (isMapping(node) ? node[name] : undefined), tree);
    return typeof value === 'string' ? value : '';
  };
  if (names[0] === 'engines') {
    return helpIn(engines.get(plainEngineName(member([...names.slice(0, 2), 'name']))), names.slice(2));
  }
  if (names[0] !== 'scans') return helpIn(RUN, names);
  if (names[2] !== 'data') return helpIn(SCAN, names.slice(2));
  const scanClass = plainScanClass(member([...names.slice(0, 3), 'name']));
  return helpIn(scans.get(scanClass), names.slice(3));
}

function helpIn(group: ParamGroup | undefined, names: readonly string[]): string {
  let entry: ParamEntry | undefined = group;
  for (const name of names) {
    const members: ParamGroup | undefined = entry === undefined ? undefined : groupOf(entry);
    entry = members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
  }
  return entry !== undefined && isIgnored(entry) ? entry.help : 'accepted and ignored.';
}

/** A value as it is written, with a comment where it is not what the script says, or means something else. */
function changed(
  path: readonly string[],
  value: unknown,
  parent: Tree,
  paths: ReadonlySet<string>,
  { from, to }: ConvertOptions,
): { readonly value: unknown; readonly comment?: string } {
  const name = path[path.length - 1];
  if (name === 'name' && typeof value === 'string') {
    const plain = path[0] === 'engines' ? plainEngineName(value) : plainScanClass(value);
    if (plain !== value) return { value: plain, comment: `${value} in the script` };
  }
  const isData = path[0] === 'scans' && path[2] === 'data' && path.length === 4;
  if (isData && name === 'rebin' && typeof value === 'number' && value > 1 && !('rebin_mode' in parent)) {
    return { value, comment: 'pixels are summed; rebin_mode: mean averages as ptypy does' };
  }
  if (isData && name === 'shape' && Array.isArray(value) && value[0] !== value[1]) {
    return { value, comment: 'rectangular; force_square: true takes the smaller side as ptypy does' };
  }
  const at = path.join('.');
  const isPath = paths.has(at) || [...paths].some((known) => known.startsWith(`${at}.`));
  if (isPath && typeof value === 'string' && from !== to) {
    const moved = relative(to, resolve(from, value)).split(sep).join('/') || '.';
    if (!/^([/\\]|[A-Za-z]:)/.test(value) && moved !== value && !isWord(value)) {
      return { value: moved, comment: `${value} in the script` };
    }
  }
  return { value };
}

/** Words that stand in place of a path. */
function isWord(value: string): boolean {
  return ['recon', 'stxm', 'file', 'flower', 'None', ''].includes(value);
}
