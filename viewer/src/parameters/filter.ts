/** Which parameters are shown, and under which titles. */
import type { ShownParameters } from '../../../src/server/protocol/messages.ts';

type Group = ShownParameters['groups'][number];

/** Groups with the rows that hold all words of `text` in their name, value or help; empty groups are left out. */
export function filtered(groups: readonly Group[], text: string, onlyDiffering: boolean): Group[] {
  const words = text.toLowerCase().split(/\s+/);
  return groups.flatMap((group) => {
    const rows = group.rows.filter(({ name, value, help, differs }) => {
      const all = `${name} ${value} ${help}`.toLowerCase();
      return (differs || !onlyDiffering) && words.every((word) => all.includes(word));
    });
    return rows.length === 0 ? [] : [{ ...group, rows }];
  });
}

export function titleOf({ at, of }: Group): string {
  const title = TITLES.reduce(
    (text, [pattern, words]) => text.replace(pattern, words),
    at === '' ? 'Run' : at,
  );
  return of === '' ? title : `${title} · ${of}`;
}

const TITLES = [
  [/^scans\.(.*)\.data$/, 'Data of scan $1'],
  [/^scans\./, 'Scan '],
  [/^engines\./, 'Engine '],
] as const;
