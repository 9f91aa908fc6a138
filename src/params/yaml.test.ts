import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import { parseText } from './yaml.ts';

function issuesOf(text: string): ConfigError['issues'] {
  try {
    parseText(text, 'run.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

describe('parseText', () => {
  it('reads numbers, text and none as users write them', () => {
    const { tree } = parseText('a: 1e-6\nb: 1.0e-6\nc: None\nd:\ne: 1+0j\nf: [1, 2]\ng: true\nh: 7.\n');
    expect(tree).toEqual({ a: 1e-6, b: 1e-6, c: 'None', d: null, e: '1+0j', f: [1, 2], g: true, h: 7 });
  });

  it('reads JSON, indented with tabs or spaces', () => {
    const tree = { scans: { S: { data: { shape: [128, 128], psize: 1e-5, label: null } } } };
    expect(parseText(JSON.stringify(tree, undefined, '\t')).tree).toEqual(tree);
    expect(parseText(JSON.stringify(tree)).tree).toEqual(tree);
  });

  it('knows the line of every entry, and of the nearest above one that is not written', () => {
    const { lineOf } = parseText(
      '# run\nscans:\n  S:\n    data:\n      shape:\n        - 1\n        - 2\n  7: x\n',
    );
    expect(lineOf(['scans'])).toBe(2);
    expect(lineOf(['scans', 'S', 'data', 'shape'])).toBe(5);
    expect(lineOf(['scans', 'S', 'data', 'shape', '1'])).toBe(7);
    expect(lineOf(['scans', 'S', 'data', 'name'])).toBe(4);
    expect(lineOf(['scans', '7'])).toBe(8);
    expect(parseText('').lineOf(['a'])).toBeUndefined();
  });

  it('reports syntax errors and names given twice with their lines', () => {
    expect(issuesOf('a: 1\nb: [1, 2\nc: 3\n').map(({ line }) => line)).toContain(3);
    expect(issuesOf('a: 1\nb: 2\na: 3\n')).toEqual([{ path: '', message: "'a' is given twice", line: 3 }]);
    expect(() => parseText('a: 1\na: 2\n', 'run.yaml')).toThrow("run.yaml:2: 'a' is given twice");
  });

  it('executes no tags', () => {
    const [issue] = issuesOf('x: 1\na: !!python/object/apply:os.system ["true"]\n');
    expect(issue).toMatchObject({ line: 2 });
    expect(issue.message).toMatch(/tag/i);
  });

  it('reads the tuples of Python dumps as lists, anchors and merged mappings', () => {
    expect(parseText('a: !!python/tuple [1, 2]').tree).toEqual({ a: [1, 2] });
    expect(parseText('a: &x {p: 1}\nb: {<<: *x, q: 2}').tree).toEqual({ a: { p: 1 }, b: { p: 1, q: 2 } });
  });

  it('refuses bombs', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(',')}]`,
    );
    expect(issuesOf(['l0: &l0 x', ...levels].join('\n'))[0].message).toMatch(/alias/i);
    expect(issuesOf('['.repeat(20_000))[0].message).toBe('brackets nest more than 100 deep');
    expect(issuesOf(`a: 1\n${'- '.repeat(20_000)}x`)).toEqual([
      { path: '', message: 'indented by 40000 columns; at most 400 are accepted', line: 2 },
    ]);
    expect(issuesOf('#'.repeat(17 * 2 ** 20))[0].message).toMatch(/17 MiB; at most 16/);
  });

  it('keeps names that JavaScript gives a meaning harmless', () => {
    const { tree } = parseText('__proto__: {polluted: true}');
    expect(Object.keys(tree as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
