/** Errors keep what they carry on their way between threads. */
import { statSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AbortedError,
  ConfigError,
  DataError,
  DivergedError,
  errorFromPlain,
  FileError,
  plainError,
  RankError,
} from './errors.ts';

class ShutterError extends FileError {
  readonly line = 7;
}

class NoFields extends Error {
  override get name(): string {
    return 'NoFields';
  }
}

/** As from one thread to another. */
function sent(error: unknown): Error {
  return errorFromPlain(structuredClone(plainError(error)));
}

function expectSame(found: unknown, error: unknown): void {
  if (!(error instanceof Error)) {
    expect(found).toEqual(error);
    return;
  }
  if (!(found instanceof Error)) throw new Error('an error became something else');
  const { name, message, stack } = error;
  const fields = (one: Error): object =>
    Object.fromEntries(Object.entries(one).filter(([field]) => field !== 'name'));
  expect(found).toMatchObject({ name, message, stack });
  expect(fields(found)).toEqual(fields(error));
  expect('cause' in found).toBe('cause' in error);
  expectSame(found.cause, error.cause);
}

const text = fc.string();
const issue = fc.record({ path: text, message: text, line: fc.nat() }, { requiredKeys: ['path', 'message'] });
const { error: anyError } = fc.letrec<{ cause: { cause?: unknown }; error: Error }>((tie) => ({
  cause: fc.oneof(
    { depthSize: 'small' },
    fc.constant({}),
    fc.record({ cause: fc.oneof(fc.string({ minLength: 1 }), fc.record({ code: fc.nat() })) }),
    fc.record({ cause: tie('error') }),
  ),
  error: fc.oneof(
    fc
      .tuple(fc.array(issue), fc.option(text, { nil: undefined }), tie('cause'))
      .map((args) => new ConfigError(...args)),
    fc
      .tuple(text, fc.record({ file: text, entry: text }, { requiredKeys: ['file'] }), tie('cause'))
      .chain((args) => fc.constantFrom(new FileError(...args), new ShutterError(...args))),
    fc.tuple(text, fc.nat(), tie('cause')).map((args) => new RankError(...args)),
    fc
      .tuple(text, tie('cause'))
      .chain((args) =>
        fc.constantFrom<Error[]>(
          new DataError(...args),
          new DivergedError(...args),
          new AbortedError(...args),
          new NoFields(...args),
          new TypeError(...args),
          new RangeError(...args),
          new SyntaxError(...args),
          Object.assign(new Error(...args), { code: 'ENOENT', errno: -2 }),
        ),
      ),
  ),
}));

describe('between threads', () => {
  it('errors keep message, stack, fields and causes', () => {
    fc.assert(
      fc.property(anyError, (error) => {
        expectSame(sent(error), error);
      }),
    );
  });

  it.each([
    ConfigError,
    FileError,
    RankError,
    DataError,
    DivergedError,
    AbortedError,
    TypeError,
    RangeError,
    ReferenceError,
    SyntaxError,
  ])('%o stays what it is', (kind) => {
    const samples = [
      new ConfigError([{ path: 'a.b', message: 'is wrong', line: 3 }], 'a.yaml'),
      new FileError('gone', { file: 'a.h5', entry: 'entry/data' }),
      new RankError('rank 2: gone', 2),
      ...[DataError, DivergedError, AbortedError].map((one) => new one('message')),
      ...[TypeError, RangeError, ReferenceError, SyntaxError].map((one) => new one('message')),
    ];
    const error = samples.find((sample) => sample instanceof kind);
    expect(sent(error)).toBeInstanceOf(kind);
    expectSame(sent(error), error);
  });

  it("a class of a user becomes the nearest of the library's, under its own name", () => {
    const found = sent(new ShutterError('stuck', { file: 'shutter.log' }));
    expect(found).toBeInstanceOf(FileError);
    expect(found).toMatchObject({ name: 'ShutterError', file: 'shutter.log', line: 7 });
  });

  it('errors of Node keep their code', () => {
    const read = (): unknown => statSync('/nowhere');
    try {
      read();
    } catch (error) {
      expect(sent(error)).toMatchObject({ code: 'ENOENT', syscall: 'stat', path: '/nowhere' });
    }
    expect.assertions(1);
  });

  it('what cannot travel stays behind, the rest arrives', () => {
    const error = Object.assign(new DataError('of a socket', { cause: () => 'a function' }), {
      retry: () => undefined,
      attempts: 3,
    });
    const found = sent(error);
    expect(found).toMatchObject({ message: 'of a socket', attempts: 3 });
    expect(found).not.toHaveProperty('retry');
  });

  it('what is no error becomes one', () => {
    expect(sent('a string')).toMatchObject({ name: 'Error', message: 'a string' });
    expect(sent(undefined)).toMatchObject({ message: 'undefined' });
  });
});
