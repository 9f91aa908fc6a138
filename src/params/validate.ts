/**
 * Checks a plain tree (from YAML, JSON or code) against a group: every mistake is collected, none is guessed away, and
 * what was not given is filled with defaults.
 */
import { ConfigError, nearest, type ConfigIssue } from '../errors.ts';
import {
  groupOf,
  isIgnored,
  isOptionalGroup,
  isParam,
  isSwitched,
  type OptionalGroup,
  type Param,
  type ParamGroup,
  type Values,
} from './declare.ts';
import { bool } from './types.ts';
import { describeValue, isMapping, isNone } from './values.ts';

/** Where a tree that is checked stands, and how its paths are resolved. */
export interface CheckOptions {
  /** Where the tree stands in the whole configuration, e.g. ['scans', 'S', 'data']. */
  readonly at?: readonly string[];
  /** 1-based line of a path in the file the tree came from. */
  readonly lineOf?: (path: readonly string[]) => number | undefined;
  /** Makes a relative path absolute; called for every value of a path type, defaults included. */
  readonly resolvePath?: (value: string, path: readonly string[]) => string;
  /** Names that may stand in the outermost group and that the caller checks itself. */
  readonly elsewhere?: readonly string[];
}

/** Outcome of a check. `values` is usable where `issues` is empty. */
export interface Checked<G extends ParamGroup> {
  readonly values: Values<G>;
  /** Dotted names, relative to the group, of the parameters that were given (not defaulted). */
  readonly given: ReadonlySet<string>;
  readonly issues: readonly ConfigIssue[];
  /** Full dotted names of entries that were given and have no meaning here. */
  readonly ignored: readonly string[];
}

/** Checks `tree` against `group` and reports everything that was found, without throwing. */
export function check<G extends ParamGroup>(group: G, tree: unknown, options: CheckOptions = {}): Checked<G> {
  const visit = new Visit(options);
  const values = visit.group(group, tree, [], options.elsewhere ?? []);
  return {
    values: values as Values<G>,
    given: visit.given,
    issues: visit.issues,
    ignored: visit.ignored,
  };
}

/** The checked values of `tree`. Throws a ConfigError that lists every mistake, each with its path and line. */
export function validate<G extends ParamGroup>(
  group: G,
  tree: unknown,
  options: CheckOptions & { readonly file?: string } = {},
): Values<G> {
  const { values, issues } = check(group, tree, options);
  if (issues.length > 0) throw new ConfigError(issues, options.file);
  return values;
}

/** The message for a name that is not known among `known`. */
export function unknownName(what: string, given: string, known: readonly string[]): string {
  const close = nearest(given, known);
  const suggestion = close.map((name) => `'${name}'`).join(' or ');
  if (suggestion !== '') return `unknown ${what} '${given}'; did you mean ${suggestion}?`;
  return `unknown ${what} '${given}'; accepted: ${known.length === 0 ? '(nothing)' : [...known].sort().join(', ')}`;
}

/** Whether what was given for an optional group switches it off. */
function isOff(entry: OptionalGroup, value: unknown): boolean {
  return isNone(value) || (isSwitched(entry) && asBoolean(value) === false);
}

/** True or false in any spelling; undefined for anything else. */
function asBoolean(value: unknown): boolean | undefined {
  return bool().schema.safeParse(value).data;
}

class Visit {
  readonly given = new Set<string>();
  readonly issues: ConfigIssue[] = [];
  readonly ignored: string[] = [];
  private readonly options: CheckOptions;

  constructor(options: CheckOptions) {
    this.options = options;
  }

  group(
    group: ParamGroup,
    tree: unknown,
    at: readonly string[],
    elsewhere: readonly string[],
  ): Record<string, unknown> {
    const given = this.members(group, tree, at);
    for (const name of Object.keys(given)) {
      if (Object.hasOwn(group, name) || elsewhere.includes(name)) continue;
      const known = [...Object.keys(group), ...elsewhere];
      this.issue([...at, name], unknownName('parameter', name, known));
    }
    const values: [string, unknown][] = [];
    for (const [name, entry] of Object.entries(group)) {
      const path = [...at, name];
      const isGiven = Object.hasOwn(given, name) && given[name] !== undefined;
      const value = isGiven ? given[name] : undefined;
      if (isIgnored(entry)) {
        if (isGiven) this.ignored.push(this.full(path).join('.'));
      } else if (isParam(entry)) {
        if (isGiven) this.given.add(path.join('.'));
        values.push([name, this.param(entry, value, isGiven, path)]);
      } else if (isOptionalGroup(entry) && (isGiven ? isOff(entry, value) : !entry.present)) {
        if (isGiven) this.given.add(path.join('.'));
        values.push([name, null]);
      } else {
        const members = isOptionalGroup(entry) ? this.switched(entry, value, path) : value;
        values.push([name, this.group(groupOf(entry) ?? {}, members, path, [])]);
      }
    }
    return Object.fromEntries(values);
  }

  /** The members given for a group. None stands for no members; true, false and none switch a group that has `active`. */
  private members(group: ParamGroup, tree: unknown, at: readonly string[]): Record<string, unknown> {
    if (tree === undefined) return {};
    if (isMapping(tree)) return tree;
    if (Object.hasOwn(group, 'active') && (typeof tree === 'boolean' || isNone(tree))) {
      return { active: tree === true };
    }
    if (isNone(tree)) return {};
    this.issue(
      at,
      `expected a group of parameters (${Object.keys(group).join(', ')}), got ${describeValue(tree)}`,
    );
    return {};
  }

  /** The members given for an optional group; true stands for none, which is for the defaults. */
  private switched(entry: OptionalGroup, value: unknown, at: readonly string[]): unknown {
    if (!isSwitched(entry) || value === undefined || isMapping(value)) return value;
    if (asBoolean(value) !== true) {
      const names = Object.keys(entry.group).join(', ');
      this.issue(at, `expected true, false or a group of parameters (${names}), got ${describeValue(value)}`);
    }
    return undefined;
  }

  private param(entry: Param, value: unknown, isGiven: boolean, path: readonly string[]): unknown {
    if (!isGiven) return this.resolve(entry, entry.default, path);
    const result = entry.type.schema.safeParse(value);
    if (result.success) return this.resolve(entry, result.data, path);
    const unit = entry.unit === undefined ? '' : ` (unit: ${entry.unit})`;
    const hint =
      typeof value === 'string' && /^\(.*\)$/.test(value.trim()) ? '; lists are written [a, b]' : '';
    this.issue(path, `expected ${entry.type.accepts}${unit}, got ${describeValue(value)}${hint}`);
    return entry.default;
  }

  private resolve(entry: Param, value: unknown, path: readonly string[]): unknown {
    const rule = entry.type.path;
    const resolvePath = this.options.resolvePath;
    if (rule === undefined || resolvePath === undefined) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.resolve(entry, item, path));
    if (typeof value !== 'string' || rule.words.includes(value) || /^[a-z][a-z0-9+.-]+:\/\//i.test(value)) {
      return value;
    }
    return resolvePath(value, this.full(path));
  }

  private full(path: readonly string[]): readonly string[] {
    return [...(this.options.at ?? []), ...path];
  }

  private issue(path: readonly string[], message: string): void {
    const full = this.full(path);
    const line = this.options.lineOf?.(full);
    this.issues.push({ path: full.join('.'), message, ...(line === undefined ? {} : { line }) });
  }
}
