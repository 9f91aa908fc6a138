/** Files and folders that parameters name. */
import { groupOf, isParam, type ParamGroup } from './declare.ts';
import { isMapping } from './values.ts';

export interface NamedPath {
  /** Dotted name of the parameter. */
  readonly name: string;
  readonly path: string;
}

/** Every path among the checked values of a group, those of nested groups included; words that are no paths are left out. */
export function pathsIn(
  group: ParamGroup,
  values: Readonly<Record<string, unknown>>,
  prefix = '',
): NamedPath[] {
  return Object.entries(group).flatMap(([key, entry]): NamedPath[] => {
    const value = values[key];
    const name = `${prefix}${key}`;
    const nested = groupOf(entry);
    if (nested !== undefined) return isMapping(value) ? pathsIn(nested, value, `${name}.`) : [];
    if (!isParam(entry) || entry.type.path === undefined) return [];
    const { words } = entry.type.path;
    const texts = Array.isArray(value) ? (value as unknown[]) : [value];
    return texts
      .filter((text) => typeof text === 'string' && text !== '' && !words.includes(text))
      .map((path) => ({ name, path: path as string }));
  });
}
