import { describe, expect, it } from 'vitest';
import { allocate, fromNumbers, ndarray } from './ndarray.ts';
import { report } from './report.ts';

describe('report', () => {
  it('prints a data package as ptypy does', () => {
    const frame = { dtype: 'int32', shape: [256, 256], data: allocate('int32', 65536) };
    const text = report(
      {
        common: { distance: 0.15, center: fromNumbers('float64', [128, 128]), label: null, version: '0.1' },
        iterable: Array.from({ length: 80 }, (_, index) => ({ index, data: frame })),
      },
      { name: 'package' },
    );
    expect(text.split('\n')).toEqual([
      '* package                : dict(2)',
      '  * common               : dict(4)',
      '    * distance           : 0.15',
      '    * center             : [array = [128 128]]',
      '    * label              : None',
      '    * version            : 0.1',
      '  * iterable             : list(80)',
      ...[0, 1, 2, 3, 4].flatMap((i) => [
        `    * ${i}                  : dict(2)`,
        `      * index            : ${i}`,
        '      * data             : [256x256 int32 array]',
      ]),
      '    * ...                : ....',
    ]);
  });

  it('shows every kind of value in one line', () => {
    const shown = (value: unknown): string => report(value, { name: 'x' }).replace(/^\* x +: /, '');
    class Probe {
      size = 3;
    }
    expect(shown(fromNumbers('float32', [1.5, -2, NaN, Infinity], [2, 2]))).toBe(
      '[array = [[1.5 -2] [NaN Infinity]]]',
    );
    expect(shown(fromNumbers('uint8', []))).toBe('[array = []]');
    expect(shown(fromNumbers('uint8', [1, 2, 3, 4, 5]))).toBe('[5 uint8 array]');
    expect(shown(ndarray('complex64', [2], Float32Array.of(1, 2, 3, -4)))).toBe('[array = [1+2j 3-4j]]');
    expect(shown(ndarray('bool', [2], Uint8Array.of(1, 0)))).toBe('[array = [True False]]');
    expect(shown(ndarray('int64', [], BigInt64Array.of(7n)))).toBe('7');
    expect([true, false, null, undefined, 3n, 0.1 + 0.2, 'a\nb "c" \\d'].map(shown)).toEqual([
      'True',
      'False',
      'None',
      'None',
      '3',
      '0.3',
      'a\\nb "c" \\d',
    ]);
    expect(shown(new Uint8Array(3))).toBe('[3 bytes Uint8Array]');
    expect(shown(Math.sin)).toBe('function sin');
    expect(shown(Symbol('s'))).toBe('Symbol(s)');
    expect(shown(new Probe()).split('\n')).toEqual(['Probe(1)', '  * size                 : 3']);
    expect(shown(new Map([['k', 1]])).split('\n')).toEqual(['Map(1)', '  * k                    : 1']);
    expect(shown('x'.repeat(300))).toHaveLength(201);
  });

  it('ends on circular structures and at the depth', () => {
    const circle: Record<string, unknown> = { n: 1 };
    circle.self = circle;
    expect(report(circle)).toBe(
      '* value                  : dict(2)\n  * n                    : 1\n  * self                 : (contains itself)',
    );
    const shared = { a: 1 };
    expect(report([shared, shared])).not.toContain('contains itself');
    expect(report({ a: { b: { c: 1 } } }, { depth: 1 }).split('\n')).toEqual([
      '* value                  : dict(1)',
      '  * a                    : dict(1)',
    ]);
    expect(report({ 'a rather long name of a parameter': 1 })).toContain(
      '* a rather long name of a parameter : 1',
    );
  });
});
