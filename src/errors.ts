/**
 * The errors of the library: one small set of tagged classes. A message names what was given, where, and what is accepted;
 * the fields carry the same facts for programs. Everything a user can cause is a `PtyflowError`; anything else is a bug.
 */
import { distance as editDistance } from 'fastest-levenshtein';

export interface ErrorOptionsWithFields {
  cause?: unknown;
}

/** What a user can cause. `tag` tells the classes apart, across threads too. */
export abstract class PtyflowError extends Error {
  /** Name of the class, whatever minifiers make of it; a class without one of its own is called as it is written. */
  static readonly errorName: string = 'PtyflowError';
  /** Stable tag, usable across realms and worker boundaries where `instanceof` is not. */
  abstract readonly tag: string;

  constructor(message: string, options: ErrorOptionsWithFields = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = Object.hasOwn(new.target, 'errorName') ? new.target.errorName : new.target.name;
  }
}

/** One thing wrong with a configuration: where it stands and what would be right. */
export interface ConfigIssue {
  /** Dotted path in the parameter tree, e.g. `scans.S.data.rebin`. */
  readonly path: string;
  readonly message: string;
  /** 1-based line in the configuration file, when it came from one. */
  readonly line?: number;
}

/** Wrong usage: unknown parameter, wrong type, value out of range. Exit code 2. */
export class ConfigError extends PtyflowError {
  static override readonly errorName: string = 'ConfigError';
  readonly tag = 'config';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[], file?: string, options: ErrorOptionsWithFields = {}) {
    const lines = issues.map((issue) => {
      const at = file === undefined ? '' : `${file}${issue.line === undefined ? '' : `:${issue.line}`}: `;
      return `${at}${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`;
    });
    super(lines.join('\n'), options);
    this.issues = issues;
  }
}

/** A file or an entry in it is missing, damaged, or not what was expected. Exit code 1. */
export class FileError extends PtyflowError {
  static override readonly errorName: string = 'FileError';
  readonly tag = 'file';
  readonly file: string;
  /** Entry in the file (HDF5 path, line, …), if one is meant. */
  readonly entry: string | undefined;

  constructor(
    message: string,
    where: { file: string; entry?: string },
    options: ErrorOptionsWithFields = {},
  ) {
    super(message, options);
    this.file = where.file;
    this.entry = where.entry;
  }
}

/** Frames, positions, weights or arrays do not fit together. Exit code 1. */
export class DataError extends PtyflowError {
  static override readonly errorName: string = 'DataError';
  readonly tag = 'data';
}

/** An engine ran away from the solution and none after it came back. What was best is kept and saved. Exit code 1. */
export class DivergedError extends PtyflowError {
  static override readonly errorName: string = 'DivergedError';
  readonly tag = 'diverged';
}

/** The work was stopped from outside (Ctrl-C, an AbortSignal). What was finished is saved. */
export class AbortedError extends PtyflowError {
  static override readonly errorName: string = 'AbortedError';
  readonly tag = 'aborted';
}

/** A rank of a parallel run failed; carries the first error's message. */
export class RankError extends PtyflowError {
  static override readonly errorName: string = 'RankError';
  readonly tag = 'rank';
  readonly rank: number;

  constructor(message: string, rank: number, options: ErrorOptionsWithFields = {}) {
    super(message, options);
    this.rank = rank;
  }
}

/** An error as it travels between threads; structured-clonable. */
export interface PlainError {
  /** Undefined for what is not of this library. */
  readonly tag: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** What the error carries besides, e.g. `issues`, `file` or the `code` of Node's errors. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: PlainCause | undefined;
}

/** A cause is an error, or any other value. */
type PlainCause = { readonly error: PlainError } | { readonly value: unknown };

type ErrorClass = new (...args: never[]) => Error;

const CLASSES: Readonly<Record<string, ErrorClass>> = {
  config: ConfigError,
  file: FileError,
  data: DataError,
  diverged: DivergedError,
  aborted: AbortedError,
  rank: RankError,
};

const NATIVE: readonly ErrorClass[] = [RangeError, ReferenceError, SyntaxError, TypeError];

/** Anything thrown, with all it carries but what cannot leave its thread, such as functions. */
export function plainError(error: unknown): PlainError {
  if (!(error instanceof Error)) {
    return {
      ...{ tag: undefined, name: 'Error', stack: undefined, fields: {}, cause: undefined },
      message: String(error),
    };
  }
  const { name, message, stack } = error;
  const fields = Object.entries(error).filter(([field, value]) => field !== 'cause' && canTravel(value));
  return {
    ...{ name, message, stack },
    tag: error instanceof PtyflowError ? error.tag : undefined,
    fields: Object.fromEntries(fields),
    cause: 'cause' in error ? plainCause(error.cause) : undefined,
  };
}

function plainCause(cause: unknown): PlainCause | undefined {
  if (cause instanceof Error) return { error: plainError(cause) };
  return canTravel(cause) ? { value: cause } : undefined;
}

function canTravel(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** An error of the same class, message, stack, fields and causes; of a user's class, of the nearest that is known here. */
export function errorFromPlain({ tag, name, message, stack, fields, cause }: PlainError): Error {
  const own = tag === undefined ? NATIVE.find((native) => native.name === name) : CLASSES[tag];
  const given =
    cause === undefined ? undefined : { cause: 'error' in cause ? errorFromPlain(cause.error) : cause.value };
  // A real error of the class whose constructor is not run: the fields are there already.
  const error = Reflect.construct(Error, [message, given], own ?? Error);
  Object.assign(error, fields);
  if (error.name !== name) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The names closest to `given`, best first, for "did you mean" hints. */
export function nearest(given: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = given.toLowerCase();
  return candidates
    .map((name) => ({ name, distance: editDistance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(2, Math.ceil(Math.max(name.length, given.length) / 2)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}
