/**
 * The errors of the library: one small set of tagged classes. A message names what was given, where, and what is accepted;
 * the fields carry the same facts for programs. Everything a user can cause is a `PtyflowError`; anything else is a bug.
 */
import { distance as editDistance } from 'fastest-levenshtein';

export interface ErrorOptionsWithFields {
  cause?: unknown;
}

export abstract class PtyflowError extends Error {
  /** Stable tag, usable across realms and worker boundaries where `instanceof` is not. */
  abstract readonly tag: string;

  constructor(message: string, options: ErrorOptionsWithFields = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
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
  readonly tag = 'data';
}

/** An engine ran away from the solution and none after it came back. What was best is kept and saved. Exit code 1. */
export class DivergedError extends PtyflowError {
  readonly tag = 'diverged';
}

/** The work was stopped from outside (Ctrl-C, an AbortSignal). What was finished is saved. */
export class AbortedError extends PtyflowError {
  readonly tag = 'aborted';
}

/** A rank of a parallel run failed; carries the first error's message. */
export class RankError extends PtyflowError {
  readonly tag = 'rank';
  readonly rank: number;

  constructor(message: string, rank: number, options: ErrorOptionsWithFields = {}) {
    super(message, options);
    this.rank = rank;
  }
}

/** An error as it travels between threads. */
export interface PlainError {
  /** Undefined for what is not of this library. */
  readonly tag: string | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function plainError(error: unknown): PlainError {
  const tag = error instanceof PtyflowError ? error.tag : undefined;
  if (!(error instanceof Error)) return { tag, name: 'Error', message: String(error), stack: undefined };
  return { tag, name: error.name, message: error.message, stack: stackOf(error) };
}

/** With those of its causes, which do not travel. */
function stackOf({ stack, cause }: Error): string | undefined {
  const before = cause instanceof Error ? stackOf(cause) : undefined;
  return before === undefined ? stack : `${stack ?? ''}\ncaused by ${before}`;
}

/** An error of the same kind, message and stack. */
export function errorFromPlain({ tag, name, message, stack }: PlainError): Error {
  const error = ofTag(tag, message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function ofTag(tag: string | undefined, message: string): Error {
  switch (tag) {
    case 'config':
      return new ConfigError([{ path: '', message }]);
    case 'file':
      return new FileError(message, { file: '' });
    case 'data':
      return new DataError(message);
    case 'diverged':
      return new DivergedError(message);
    case 'aborted':
      return new AbortedError(message);
    case 'rank':
      return new RankError(message, 0);
    default:
      return new Error(message);
  }
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
