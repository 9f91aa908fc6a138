/**
 * Types of parameters. Each checks and normalises one value as YAML or JSON gives it, and says in words what it accepts:
 * `label` in a table (`int 1..32 or none`), `accepts` in a sentence (`an integer from 1 to 32 or none`).
 */
import * as z from 'zod';

/** A path type: relative paths are resolved by the reader of the configuration; these words are not paths. */
export interface PathRule {
  readonly words: readonly string[];
}

/** `T` is the checked value, `I` what is accepted for it. */
export interface ParamType<T, I = T> {
  /** Checks and normalises; its input side is what the JSON Schema shows. */
  readonly schema: z.ZodType<T, I>;
  readonly label: string;
  readonly accepts: string;
  /** Set where strings of the value are paths. */
  readonly path?: PathRule;
  /** Set where one value stands for several equal ones, so that a page can show it as users write it. */
  readonly compact?: true;
}

/** Bounds of a number. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Exclusive lower limit. */
  readonly above?: number;
}

function inWords(what: string, { min, max, above }: Range): string {
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (above !== undefined && max !== undefined) return `${what} above ${above} and up to ${max}`;
  if (above !== undefined) return `${what} above ${above}`;
  if (min !== undefined) return `${what} of at least ${min}`;
  return max === undefined ? what : `${what} up to ${max}`;
}

function inSymbols(what: string, { min, max, above }: Range): string {
  if (min !== undefined && max !== undefined) return `${what} ${min}..${max}`;
  const parts = [
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(min === undefined ? [] : [`≥ ${min}`]),
    ...(max === undefined ? [] : [`≤ ${max}`]),
  ];
  return parts.length === 0 ? what : `${what} ${parts.join(', ')}`;
}

function limited(base: z.ZodNumber, { min, max, above }: Range): z.ZodNumber {
  let schema = base;
  if (min !== undefined) schema = schema.min(min);
  if (above !== undefined) schema = schema.gt(above);
  if (max !== undefined) schema = schema.max(max);
  return schema;
}

/** A finite number; integers are numbers too. */
export function float(range: Range = {}): ParamType<number> {
  return {
    schema: limited(z.number(), range),
    label: inSymbols('float', range),
    accepts: inWords('a number', range),
  };
}

/** An integer; `256.0` is one. */
export function int(range: Range = {}): ParamType<number> {
  return {
    schema: limited(z.int(), range),
    label: inSymbols('int', range),
    accepts: inWords('an integer', range),
  };
}

const TRUE_WORDS = ['True', 'true', 'yes', 'on'] as const;
const FALSE_WORDS = ['False', 'false', 'no', 'off'] as const;
type TrueWord = (typeof TRUE_WORDS)[number];
type FalseWord = (typeof FALSE_WORDS)[number];

/** True or false, also as the words that YAML 1.1 and Python use for them. */
export function bool(): ParamType<boolean, boolean | TrueWord | FalseWord> {
  return {
    schema: z.union([
      z.boolean(),
      z.literal(TRUE_WORDS).transform(() => true),
      z.literal(FALSE_WORDS).transform(() => false),
    ]),
    label: 'bool',
    accepts: 'true or false',
  };
}

/** Text. A number is taken as its digits, so that `label: 42` needs no quotes. */
export function text(): ParamType<string, string | number> {
  return {
    schema: z.union([z.string(), z.number().transform(String)]),
    label: 'string',
    accepts: 'text',
  };
}

/** A path of a file or folder, or one of the given words. */
export function path(...words: string[]): ParamType<string> {
  const alternatives = words.map((word) => `${word}, `).join('');
  return {
    schema: z.string().min(1),
    label: words.length === 0 ? 'path' : `${words.join(' · ')} · path`,
    accepts: words.length === 0 ? 'a path' : `${alternatives}or a path`,
    path: { words },
  };
}

/** One of a few words. `aliases` maps further spellings to them. */
export function choice<const W extends string, A extends string = never>(
  words: readonly W[],
  aliases?: Readonly<Record<A, NoInfer<W>>>,
): ParamType<W, W | NoInfer<A>> {
  const known = z.enum(words);
  const spellings: A[] = [];
  for (const spelling in aliases) spellings.push(spelling);
  return {
    schema:
      aliases === undefined
        ? known
        : z.union([known, z.literal(spellings).transform((spelling) => aliases[spelling])]),
    label: words.join(' · '),
    accepts: words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`,
  };
}

/** The type, or none: YAML's null and empty, and the text `None`. */
export function nullable<T, I>(type: ParamType<T, I>): ParamType<T | null, I | null | 'None' | ''> {
  return {
    ...type,
    schema: z.union([z.null(), z.literal(['None', '']).transform(() => null), type.schema]),
    label: `${type.label} or none`,
    accepts: `${type.accepts} or none`,
  };
}

/** Either of two types; the first that fits is taken. */
export function either<A, B, IA, IB>(
  first: ParamType<A, IA>,
  second: ParamType<B, IB>,
): ParamType<A | B, IA | IB> {
  const rule = first.path ?? second.path;
  return {
    schema: z.union([first.schema, second.schema]),
    label: `${first.label} · ${second.label}`,
    accepts: `${first.accepts}, or ${second.accepts}`,
    ...(rule === undefined ? {} : { path: rule }),
  };
}

/** Exactly two values, named in messages, e.g. (row, col). */
export function two<T, I>(
  item: ParamType<T, I>,
  names = 'a, b',
): ParamType<readonly [T, T], readonly [I, I]> {
  return {
    schema: z.tuple([item.schema, item.schema]),
    label: `(${names})`,
    accepts: `a pair [${names}] (each ${item.accepts})`,
  };
}

/** A pair, or one value that stands for both. The checked value is always a pair. */
export function pair<T, I>(
  item: ParamType<T, I>,
  names = 'rows, cols',
): ParamType<readonly [T, T], I | readonly [I, I]> {
  return {
    schema: z.union([
      item.schema.transform((value): readonly [T, T] => [value, value]),
      z.tuple([item.schema, item.schema]),
    ]),
    label: `${item.label} or (${names})`,
    compact: true,
    accepts: `${item.accepts}, or a pair [${names}] of such`,
  };
}

/** A list of any length, or of one of the given lengths. A single value is not a list. */
export function list<T, I>(
  item: ParamType<T, I>,
  lengths?: readonly number[],
): ParamType<readonly T[], readonly I[]> {
  const many = lengths === undefined ? '' : `${lengths.join(' or ')} `;
  const schema = z.array(item.schema);
  return {
    schema: lengths === undefined ? schema : z.union(lengths.map((length) => schema.length(length))),
    label: `list of ${many}${item.label}`,
    accepts: `a list of ${many}(each ${item.accepts})`,
    ...(item.path === undefined ? {} : { path: item.path }),
  };
}

/** One value or a list of them. The checked value is a list. */
export function several<T, I>(item: ParamType<T, I>): ParamType<readonly T[], I | readonly I[]> {
  return {
    schema: z.union([item.schema.transform((value): readonly T[] => [value]), z.array(item.schema).min(1)]),
    label: `${item.label} or list`,
    accepts: `${item.accepts}, or a list of such`,
    compact: true,
    ...(item.path === undefined ? {} : { path: item.path }),
  };
}

/** Names and values of any kind, e.g. the parameters of a subclass in the older style. */
export function mapping(): ParamType<Readonly<Record<string, unknown>>> {
  return {
    schema: z.record(z.string(), z.unknown()),
    label: 'mapping',
    accepts: 'a mapping of names to values',
  };
}

/** A type from any zod schema, for the rare case that the ones above do not cover. */
export function custom<T, I>(schema: z.ZodType<T, I>, label: string, accepts: string): ParamType<T, I> {
  return { schema, label, accepts };
}
