/** `--set name=value`: single entries of a configuration given on the command line. */
import { ConfigError, type ConfigIssue } from '../../errors.ts';
import { unknownName } from '../../params/validate.ts';
import { describeValue, isMapping, isNone } from '../../params/values.ts';
import { parseText } from '../../params/yaml.ts';

/** One `--set`, as text and taken apart. */
export interface Setting {
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Takes `scans.S.data.shape=128` apart; the value is YAML. Throws a ConfigError that names the option. */
export function parseSetting(text: string): Setting {
  const equals = text.indexOf('=');
  const path = equals < 0 ? [] : text.slice(0, equals).trim().split('.');
  if (path.length === 0 || path.includes('')) {
    throw settingError(text, 'expected a dotted name, =, and a value, such as scans.S.data.shape=128');
  }
  const value = text.slice(equals + 1);
  // To YAML a directive; to users a pattern such as %(run)s.ptyr.
  if (value.startsWith('%')) return { text, path, value };
  try {
    return { text, path, value: parseText(value).tree };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw settingError(text, `the value cannot be read: ${error.issues[0].message}`, error);
  }
}

/** The tree with the settings in it, the given one unchanged. Groups that are not there yet are made. */
export function applySettings(tree: unknown, settings: readonly Setting[]): unknown {
  return settings.reduce((merged, setting) => withValue(merged, setting, 0), tree);
}

/** Containers whose members users name. */
const NAMED = { scans: 'scan', engines: 'engine' } as const;

/**
 * Settings of a scan or an engine that the tree does not have: a slip in its label. A new one may be given whole
 * (`engines.c={name: ML}`), or by its `name` among the settings (`engines.c.name=ML`, `scans.T.data.name=…`).
 */
export function settingsWithoutPlace(tree: unknown, settings: readonly Setting[]): ConfigIssue[] {
  return settings.flatMap(({ text, path: [container, label, ...rest] }): ConfigIssue[] => {
    if ((container !== 'scans' && container !== 'engines') || rest.length === 0) return [];
    const members = isMapping(tree) && Object.hasOwn(tree, container) ? tree[container] : undefined;
    if (isMapping(members) && Object.hasOwn(members, label)) return [];
    const begun = container === 'engines' ? [label] : [label, 'data'];
    const isNew = settings.some(({ path: [other, ...path] }) => {
      const name = [...begun, 'name'];
      return other === container && path.every((part, depth) => part === name[depth]);
    });
    if (isNew) return [];
    const known = isMapping(members) ? Object.keys(members) : [];
    return [{ path: '', message: `--set ${text}: ${unknownName(NAMED[container], label, known)}` }];
  });
}

function withValue(tree: unknown, setting: Setting, depth: number): unknown {
  if (depth === setting.path.length) return setting.value;
  if (!isMapping(tree) && !isNone(tree)) {
    const at = setting.path.slice(0, depth).join('.');
    throw settingError(setting.text, `'${at}' is ${describeValue(tree)}, not a group`);
  }
  const members = isMapping(tree) ? tree : {};
  const name = setting.path[depth];
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  return { ...members, [name]: withValue(member, setting, depth + 1) };
}

function settingError(text: string, message: string, cause?: unknown): ConfigError {
  return new ConfigError([{ path: '', message: `--set ${text}: ${message}` }], undefined, { cause });
}
