/** Finds parameters by what users remember of them: a name, a part of it, or a word of its help. */
import type { NamedGroups } from './run-schema.ts';
import { RUN } from './io.ts';
import { SCAN } from './model.ts';
import { parameterRows, type ParameterRow } from './reference-page.ts';

export interface FoundParameter extends ParameterRow {
  /** Full dotted name in a configuration. */
  readonly name: string;
  /** Scan classes or engines that have it with this meaning; empty: it is of no class. */
  readonly of: readonly string[];
}

/**
 * Parameters that `term` means. The first of these rules that finds something decides: names that are the term or end with it
 * (`rebin`, `aperture.size`), names that contain all of its words, help texts that do. Case does not matter.
 */
export function searchParameters(term: string, groups: NamedGroups): FoundParameter[] {
  const wanted = term.toLowerCase();
  const words = wanted.split(/[\s.]+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const all = allParameters(groups);
  const rules: ((found: FoundParameter) => boolean)[] = [
    ({ name }) => `.${name.toLowerCase()}`.endsWith(`.${wanted}`),
    ({ name }) => words.every((word) => name.toLowerCase().includes(word)),
    ({ help }) => words.every((word) => help.toLowerCase().includes(word)),
  ];
  for (const rule of rules) {
    const found = all.filter(rule);
    if (found.length > 0) return found;
  }
  return [];
}

/** Every parameter of a configuration once; those of classes that agree on it are one. */
export function allParameters({ scans, engines }: NamedGroups): FoundParameter[] {
  return [
    ...parameterRows(RUN, '').map((row) => ({ ...row, of: [] })),
    ...parameterRows(SCAN, 'scans.<label>.').map((row) => ({ ...row, of: [] })),
    ...merged(scans, 'scans.<label>.data.'),
    ...merged(engines, 'engines.<key>.'),
  ];
}

function merged(groups: NamedGroups['scans'], prefix: string): FoundParameter[] {
  const known = new Map<string, { row: ParameterRow; of: string[] }>();
  for (const [owner, group] of groups) {
    for (const row of parameterRows(group, prefix)) {
      const key = JSON.stringify(row);
      const entry = known.get(key) ?? { row, of: [] };
      entry.of.push(owner);
      known.set(key, entry);
    }
  }
  return [...known.values()].map(({ row, of }) => ({ ...row, of: of.length === groups.size ? [] : of }));
}
