/** Changes values in the text of a configuration; all else, comments included, stays as it is written. */
import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, isScalar, parseDocument, type Node, type YAMLMap } from 'yaml';
import { ConfigError } from '../../errors.ts';
import { isMapping } from '../../params/values.ts';
import { parseText } from '../../params/yaml.ts';

/** A number, a text, or a list of numbers. */
type Value = number | string | readonly number[];

/**
 * The text with these entries of the group at `path`, which is there. Throws a `ConfigError` where that cannot be done without
 * changing anything else, as in a group that is written once and used in several places.
 */
export function changeText(
  text: string,
  path: readonly string[],
  changes: Readonly<Record<string, Value>>,
): string {
  const document = parseDocument(text, { merge: true, keepSourceTokens: true });
  const isJson = text.trimStart().startsWith('{') && isJsonText(text);
  const group = document.getIn(path, true);
  const name = path.join('.');
  if (!isMap(group)) throw impossible(name, isAlias(group) ? 'is written elsewhere' : 'is no group');
  // From the end on, so that places before stay where they are, and what comes to one place in its order.
  const edits = Object.entries(changes)
    .map(([key, value]) => editOf(text, group, key, value, isJson))
    .reverse()
    .sort((a, b) => b.at - a.at);
  const changed = edits.reduce((so, { at, end, put }) => so.slice(0, at) + put + so.slice(end), text);
  requireSame(text, changed, path, changes);
  return changed;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Edit {
  readonly at: number;
  readonly end: number;
  readonly put: string;
}

function editOf(text: string, group: YAMLMap, key: string, value: Value, isJson: boolean): Edit {
  const written = writtenAs(value, isJson);
  const pair = group.items.find((one) => isScalar(one.key) && one.key.value === key);
  const old = pair?.value as Node | null | undefined;
  if (old?.range != null) {
    const [at, end] = old.range;
    // A list on lines of its own ends with its last item, whatever blank lines follow.
    const length = text.slice(at, end).trimEnd().length;
    const isEmpty = length === 0 && !/\s$/.test(text.slice(0, at));
    const anchored = isCollection(old) || isScalar(old) ? old.anchor : undefined;
    if (anchored !== undefined) throw impossible(key, 'is used elsewhere as well');
    return { at, end: at + length, put: isEmpty ? ` ${written}` : written };
  }
  const entry = `${isJson ? JSON.stringify(key) : key}: ${written}`;
  const first = (group.items.at(0)?.key as Node | null | undefined)?.range?.[0];
  const start = group.range?.[0] ?? 0;
  if (group.flow === true) {
    return first === undefined
      ? { at: start + 1, end: start + 1, put: entry }
      : { at: first, end: first, put: `${entry}, ` };
  }
  const at = first ?? start;
  const indent = at - (text.lastIndexOf('\n', at - 1) + 1);
  return { at, end: at, put: `${entry}${text.includes('\r\n') ? '\r\n' : '\n'}${' '.repeat(indent)}` };
}

function writtenAs(value: Value, isJson: boolean): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return `[${value.join(', ')}]`;
  return isJson || !/^[\w./-]+(:[\w./-]+)?$/.test(value) ? JSON.stringify(value) : value;
}

/** What was written means what was meant, and nothing else has changed. */
function requireSame(
  before: string,
  after: string,
  path: readonly string[],
  changes: Readonly<Record<string, Value>>,
): void {
  const expected = withChanges(parseText(before).tree, path, changes);
  let found: unknown;
  try {
    found = parseText(after).tree;
  } catch {
    found = undefined;
  }
  if (!isDeepStrictEqual(found, expected)) throw impossible(path.join('.'), 'cannot be changed without more');
}

function withChanges(
  tree: unknown,
  [name, ...rest]: readonly string[],
  changes: Readonly<Record<string, Value>>,
): unknown {
  const group = isMapping(tree) ? tree : {};
  return {
    ...group,
    [name]:
      rest.length === 0 ? { ...asGroup(group[name]), ...changes } : withChanges(group[name], rest, changes),
  };
}

function asGroup(value: unknown): object {
  return isMapping(value) ? value : {};
}

function impossible(name: string, why: string): ConfigError {
  return new ConfigError([{ path: name, message: `${why}: change it by hand` }]);
}
