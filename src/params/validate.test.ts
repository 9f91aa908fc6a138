import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import {
  defaults,
  extend,
  ignored,
  optionalGroup,
  param,
  switchedGroup,
  type ParamGroup,
} from './declare.ts';
import { ENGINE_GROUPS } from './engines.ts';
import { RUN } from './io.ts';
import { SCAN } from './model.ts';
import { SCAN_DATA } from './scan-data.ts';
import { bool, choice, float, int, list, nullable, path, text } from './types.ts';
import { check, unknownName, validate } from './validate.ts';

const messages = (group: ParamGroup, tree: unknown): string[] =>
  check(group, tree).issues.map(({ path: at, message }) => `${at}: ${message}`);

/** Each name given a value that is wrong, with the whole message. */
const WRONG: readonly [string, unknown, string][] = [
  ['rebin', 'two', 'expected an integer from 1 to 32 or none (unit: pixel), got "two"'],
  ['rebin', 0, 'expected an integer from 1 to 32 or none (unit: pixel), got 0'],
  ['rebin', 33, 'expected an integer from 1 to 32 or none (unit: pixel), got 33'],
  ['rebin', 1.5, 'expected an integer from 1 to 32 or none (unit: pixel), got 1.5'],
  ['energy', '7 keV', 'expected a number above 0 or none (unit: keV), got "7 keV"'],
  ['energy', 0, 'expected a number above 0 or none (unit: keV), got 0'],
  ['energy', Infinity, 'expected a number above 0 or none (unit: keV), got Infinity'],
  ['distance', 'far', 'expected a number above 0 or none (unit: m), got "far"'],
  ['save', 'apend', 'expected append, link or merge or none, got "apend"'],
  ['add_poisson_noise', 1, 'expected true or false, got 1'],
  ['dfile', ['a', 'b'], 'expected a path or none, got ["a", "b"]'],
  ['recipe', [1], 'expected a mapping of names to values, got [1]'],
  [
    'shape',
    [256, 256, 3],
    'expected an integer of at least 1, or a pair [rows, cols] of such or none (unit: pixel), got [256, 256, 3]',
  ],
  [
    'shape',
    '(256, 256)',
    'expected an integer of at least 1, or a pair [rows, cols] of such or none (unit: pixel), got "(256, 256)"; ' +
      'lists are written [a, b]',
  ],
  [
    'orientation',
    8,
    'expected an integer from 0 to 7, or three switches [transpose, flipud, fliplr] or none, got 8',
  ],
];

/** Each name given a value that is right in another spelling, with the checked value. */
const RIGHT: readonly [string, unknown, unknown][] = [
  ['shape', 128, [128, 128]],
  ['shape', [64, 128], [64, 128]],
  ['shape', 'None', null],
  ['shape', '', null],
  ['psize', 2e-5, [2e-5, 2e-5]],
  ['energy', 7, 7],
  ['rebin', 2.0, 2],
  ['orientation', [true, false, true], 5],
  ['orientation', ['True', 'False', 'no'], 4],
  ['center', [127.5, 128], [127.5, 128]],
  ['center', 'geometric', 'geometric'],
  ['center', null, null],
  ['auto_center', 'None', null],
  ['auto_center', 'True', true],
  ['label', 42, '42'],
  ['positions_theory', [[0, 1e-6]], [[0, 1e-6]]],
  ['recipe', { a: { b: [1] } }, { a: { b: [1] } }],
];

describe('check', () => {
  it.each(WRONG)('names what is wrong with %s: %j', (name, value, message) => {
    expect(messages(SCAN_DATA, { [name]: value })).toEqual([`${name}: ${message}`]);
  });

  it.each(RIGHT)('takes %s: %j', (name, value, expected) => {
    const checked = check(SCAN_DATA, { [name]: value });
    expect(checked.issues).toEqual([]);
    expect(checked.values).toEqual({ ...defaults(SCAN_DATA), [name]: expected });
    expect([...checked.given]).toEqual([name]);
  });

  it('suggests the nearest names for an unknown one', () => {
    expect(messages(SCAN_DATA, { rebni: 2 })[0]).toBe(
      "rebni: unknown parameter 'rebni'; did you mean 'rebin'?",
    );
    expect(messages({ a: param(int(), { default: 1, help: '' }) }, { something: 1 })).toEqual([
      "something: unknown parameter 'something'; accepted: a",
    ]);
    expect(messages(SCAN_DATA, JSON.parse('{"__proto__": {"energy": 1}, "constructor": 2}'))).toHaveLength(2);
  });

  it('collects every issue with its full path and line', () => {
    const group = {
      a: { b: param(int(), { default: 1, help: '' }) },
      c: param(bool(), { default: true, help: '' }),
    };
    const tree = { a: { b: 'x', d: 1 }, c: 'y' };
    const lines: Readonly<Record<string, number>> = { 'top.a.b': 4, 'top.a.d': 5 };
    const options = { at: ['top'], lineOf: (at: readonly string[]) => lines[at.join('.')] };
    expect(check(group, tree, options).issues).toEqual([
      { path: 'top.a.d', message: "unknown parameter 'd'; did you mean 'b'?", line: 5 },
      { path: 'top.a.b', message: 'expected an integer, got "x"', line: 4 },
      { path: 'top.c', message: 'expected true or false, got "y"' },
    ]);
    expect(() => validate(group, tree, { ...options, file: 'run.yaml' })).toThrow(
      'run.yaml:4: top.a.b: expected an integer, got "x"',
    );
    expect(() => validate(group, tree)).toThrow(ConfigError);
  });

  it('takes none for a group, and reports anything else that is not one', () => {
    const group = { a: { b: param(int(), { default: 1, help: '' }) } };
    expect(check(group, { a: null })).toMatchObject({ values: { a: { b: 1 } }, issues: [] });
    expect(check(group, undefined).values).toEqual({ a: { b: 1 } });
    expect(messages(group, { a: 3 })).toEqual(['a: expected a group of parameters (b), got 3']);
    expect(messages(group, [1])).toEqual([': expected a group of parameters (a), got [1]']);
  });

  it('switches groups on and off', () => {
    const group = {
      save: { active: param(bool(), { default: true, help: '' }), n: param(int(), { default: 2, help: '' }) },
      noise: optionalGroup({ n: param(int(), { default: 2, help: '' }) }),
    };
    expect(validate(group, { save: false, noise: 'None' })).toEqual({
      save: { active: false, n: 2 },
      noise: null,
    });
    expect(validate(group, { save: null, noise: {} })).toEqual({
      save: { active: false, n: 2 },
      noise: { n: 2 },
    });
    expect(validate(group, { save: { n: 3 } })).toEqual({ save: { active: true, n: 3 }, noise: { n: 2 } });
  });

  it('switches groups on with their defaults, by true as well', () => {
    const group = { extra: switchedGroup({ n: param(int(), { default: 2, help: '' }) }, 'More.') };
    for (const off of [undefined, null, 'None', false, 'False'])
      expect(validate(group, { extra: off })).toEqual({ extra: null });
    for (const on of [true, 'true', {}]) expect(validate(group, { extra: on })).toEqual({ extra: { n: 2 } });
    expect(validate(group, { extra: { n: 3 } })).toEqual({ extra: { n: 3 } });
    expect(messages(group, { extra: 3 })).toEqual([
      'extra: expected true, false or a group of parameters (n), got 3',
    ]);
    expect(messages(group, { extra: { m: 3 } })).toEqual([
      "extra.m: unknown parameter 'm'; did you mean 'n'?",
    ]);
  });

  it('collects entries without meaning, whatever they hold', () => {
    const group = { a: { old: ignored('Gone.') } };
    const checked = check(group, { a: { old: { x: [1] } } }, { at: ['top'] });
    expect(checked).toMatchObject({ values: { a: {} }, issues: [], ignored: ['top.a.old'] });
  });

  it('resolves path types and nothing else', () => {
    const group = {
      file: param(nullable(path()), { default: './x', help: '' }),
      files: param(list(path()), { default: [], help: '' }),
      source: param(path('file'), { default: 'file', help: '' }),
      text: param(text(), { default: 'y', help: '' }),
    };
    const resolvePath = (value: string, at: readonly string[]) => `/base/${at.join('.')}/${value}`;
    expect(validate(group, { files: ['p', 'tcp://host:1'] }, { resolvePath, at: ['g'] })).toEqual({
      file: '/base/g.file/./x',
      files: ['/base/g.files/p', 'tcp://host:1'],
      source: 'file',
      text: 'y',
    });
  });

  it('gives defaults back unchanged, for every group of the package', () => {
    const groups: ParamGroup[] = [SCAN_DATA, SCAN, RUN, ...ENGINE_GROUPS.values()];
    for (const group of groups) {
      expect(validate(group, defaults(group))).toEqual(defaults(group));
      expect(validate(group, {})).toEqual(defaults(group));
    }
  });

  it('is idempotent: checked values are accepted and stay what they are', () => {
    const given = fc.record(
      {
        shape: fc.oneof(
          fc.integer({ min: 1 }),
          fc.tuple(fc.integer({ min: 1 }), fc.integer({ min: 1 })),
          fc.constant('None'),
        ),
        center: fc.oneof(
          fc.constantFrom('fft', null),
          fc.tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.integer()),
        ),
        orientation: fc.oneof(
          fc.integer({ min: 0, max: 7 }),
          fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        ),
        energy: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        save: fc.constantFrom('append', 'link', 'None', '', null),
        label: fc.oneof(fc.string(), fc.integer()),
        auto_center: fc.constantFrom('True', 'False', true, null),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, (tree) => {
        const once = validate(SCAN_DATA, tree);
        expect(validate(SCAN_DATA, once)).toEqual(once);
      }),
    );
  });

  it('never throws and never accepts an unknown name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (tree) => {
        const { issues } = check(SCAN_DATA, tree);
        const unknown = Object.keys(tree).filter((name) => !Object.hasOwn(SCAN_DATA, name));
        for (const name of unknown) expect(issues.map(({ path: at }) => at)).toContain(name);
      }),
    );
  });

  it('keeps what a subclass adds apart from the base', () => {
    const own = extend(SCAN_DATA, { photons: param(float({ min: 0 }), { default: 1e8, help: 'Photons.' }) });
    expect(validate(own, { photons: 5 }).photons).toBe(5);
    expect(messages(SCAN_DATA, { photons: 5 })[0]).toMatch(/^photons: unknown parameter 'photons'/);
  });
});

describe('types', () => {
  it('take further spellings of a choice', () => {
    const group = { kind: param(choice(['gauss'], { Gauss: 'gauss' }), { default: 'gauss', help: '' }) };
    expect(validate(group, { kind: 'Gauss' }).kind).toBe('gauss');
    expect(messages(group, { kind: 'GAUSS' })).toEqual(['kind: expected gauss, got "GAUSS"']);
  });

  it('count the items of lists', () => {
    const group = { noise: param(list(float(), [2, 4]), { default: [1, 2], help: '' }) };
    expect(validate(group, { noise: [1, 2, 3, 4] }).noise).toEqual([1, 2, 3, 4]);
    expect(messages(group, { noise: [1, 2, 3] })).toEqual([
      'noise: expected a list of 2 or 4 (each a number), got [1, 2, 3]',
    ]);
  });
});

describe('unknownName', () => {
  it('lists what is accepted where nothing is near', () => {
    expect(unknownName('engine', 'ML', ['EPIE', 'DM'])).toBe("unknown engine 'ML'; did you mean 'DM'?");
    expect(unknownName('engine', 'Wirtinger', ['EPIE', 'DM'])).toBe(
      "unknown engine 'Wirtinger'; accepted: DM, EPIE",
    );
  });
});
