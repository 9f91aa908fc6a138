/**
 * Declarations of parameters: one per parameter, with type, default, unit and help. Everything else about a parameter
 * (checking, JSON Schema, reference page, terminal help) is derived from it. The types themselves are in `types.ts`.
 *
 *     const MY_SCAN = extend(SCAN_DATA, {
 *       base_path: param(nullable(path()), { default: null, help: 'Folder that holds the frames.' }),
 *     });
 *     class MyScan extends PtyScan<typeof MY_SCAN> {
 *       static override readonly parameters = MY_SCAN;
 *     }
 */
import type { ParamType } from './types.ts';

/**
 * One parameter: `T` is its value as it comes out of checking, e.g. a pair for a pair type, and so is `default`; `I` is what may be
 * given, e.g. one number for both.
 */
export interface Param<T = unknown, I = unknown> {
  readonly kind: 'param';
  readonly type: ParamType<T, I>;
  readonly default: T;
  readonly help: string;
  readonly unit?: string;
}

/** A name that other programs' configurations use and that has no meaning here: accepted, then named in a warning. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly help: string;
}

/** A group that may be given as none, which then is its value: `diversity: None` means no diversity. */
export interface OptionalGroup<G extends ParamGroup = ParamGroup> {
  readonly kind: 'optional';
  readonly group: G;
  /** Whether the group is there, with its defaults, when nothing is given. */
  readonly present: boolean;
  /** Of a group that true and false switch as well: what it is for. */
  readonly help?: string;
}

export type ParamEntry = Param | Ignored | OptionalGroup | ParamGroup;

/** Declarations and nested groups by name. */
export interface ParamGroup {
  readonly [name: string]: ParamEntry;
}

/** The checked, fully defaulted values of a group. Ignored names are not in it. */
export type Values<G extends ParamGroup> = {
  readonly [K in keyof G as G[K] extends Ignored ? never : K]: G[K] extends Param<infer T>
    ? T
    : G[K] extends OptionalGroup<infer H>
      ? Values<H> | null
      : G[K] extends ParamGroup
        ? Values<G[K]>
        : never;
};

/**
 * Values as a user may give some of them; what is left out, or undefined, is filled with defaults. A tree from a file, of which
 * only names are known (`Record<string, unknown>`), is accepted as well: values are checked in any case.
 */
export type Given<G extends ParamGroup> = {
  readonly [K in keyof G as G[K] extends Ignored ? never : K]?: GivenEntry<G[K]> | undefined;
};

type GivenEntry<E extends ParamEntry> =
  E extends Param<unknown, infer I>
    ? I
    : E extends OptionalGroup<infer H>
      ? Given<H> | null | Switch<E>
      : E extends ParamGroup
        ? Given<E> | Switch<E>
        : never;

/** True and false switch optional groups that say what for, and groups that have `active`. */
type Switch<E> = E extends { readonly help: string } | { readonly active: Param } ? boolean : never;

/** Declares a parameter. `unit` is that of the number as users write it. */
export function param<T, I>(
  type: ParamType<T, I>,
  about: { readonly default: NoInfer<T>; readonly help: string; readonly unit?: string },
): Param<T, I> {
  return { kind: 'param', type, ...about };
}

/** Declares a name that is accepted and has no effect; `help` says why. */
export function ignored(help: string): Ignored {
  return { kind: 'ignored', help };
}

/** Declares a group that none switches off. It is present unless `present` is false. */
export function optionalGroup<G extends ParamGroup>(group: G, present = true): OptionalGroup<G> {
  return { kind: 'optional', group, present };
}

/** Declares a group that is off by default; `true` switches it on with its defaults, `false` and none switch it off. */
export function switchedGroup<G extends ParamGroup>(
  group: G,
  help: string,
): OptionalGroup<G> & { readonly help: string } {
  return { kind: 'optional', group, present: false, help };
}

export function isParam(entry: ParamEntry): entry is Param {
  return entry.kind === 'param';
}

export function isIgnored(entry: ParamEntry): entry is Ignored {
  return entry.kind === 'ignored';
}

export function isOptionalGroup(entry: ParamEntry): entry is OptionalGroup {
  return entry.kind === 'optional';
}

/** Whether true and false switch the group. */
export function isSwitched(entry: OptionalGroup): boolean {
  return entry.help !== undefined;
}

/** The plain group behind a nested entry; undefined for a single parameter. */
export function groupOf(entry: ParamEntry): ParamGroup | undefined {
  if (isOptionalGroup(entry)) return entry.group;
  return isParam(entry) || isIgnored(entry) ? undefined : entry;
}

/** The default values of a group, nested groups included. */
export function defaults<G extends ParamGroup>(group: G): Values<G> {
  const entries: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(group)) {
    if (isIgnored(entry)) continue;
    if (isParam(entry)) entries.push([name, entry.default]);
    else if (isOptionalGroup(entry)) entries.push([name, entry.present ? defaults(entry.group) : null]);
    else entries.push([name, defaults(entry)]);
  }
  return Object.fromEntries(entries) as Values<G>;
}

/** A group with further declarations; a name declared again replaces the one of `group`. */
export function extend<G extends ParamGroup, E extends ParamGroup>(group: G, extra: E): Omit<G, keyof E> & E {
  return { ...group, ...extra };
}

/** The same group with other defaults for some of its own parameters (nested groups are left as they are). */
export function withDefaults<G extends ParamGroup>(group: G, changed: Partial<Values<G>>): G {
  const changedEntries = Object.entries(changed).flatMap(([name, value]) => {
    const entry = group[name];
    return isParam(entry) ? [[name, { ...entry, default: value }] as const] : [];
  });
  return { ...group, ...Object.fromEntries(changedEntries) };
}
