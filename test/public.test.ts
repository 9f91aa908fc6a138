/** What the package exports: a designed list, every entry with a doc comment. Changing the list is changing it here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { ROOT } from './tools/ptyflow.ts';

type Place = { readonly types?: string; readonly node?: Place } & Readonly<Record<string, unknown>>;

const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, Place | string>;
};

/** The types of each sub-path. */
const DOORS = new Map(
  Object.entries(exports).flatMap(([name, place]): [string, string][] => {
    if (typeof place === 'string') return [];
    const types = place.types ?? place.node?.types;
    return types === undefined ? [] : [[name, join(ROOT, types)]];
  }),
);

const program = ts.createProgram([...DOORS.values()], {
  ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ...{ target: ts.ScriptTarget.ES2022, types: ['node'], skipLibCheck: true },
});
const checker = program.getTypeChecker();

function exportsOf(file: string): readonly ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${file} is not built`);
  return checker.getExportsOfModule(module);
}

/** Names without a doc comment; of a namespace, those in it. */
function bareNames(symbols: readonly ts.Symbol[]): string[] {
  return symbols.flatMap((symbol) => {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const aliased = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    if ((aliased.flags & ts.SymbolFlags.ValueModule) !== 0) {
      return bareNames(checker.getExportsOfModule(aliased)).map((name) => `${symbol.name}.${name}`);
    }
    return aliased.getDocumentationComment(checker).length > 0 ? [] : [symbol.name];
  });
}

describe('the public list', () => {
  it('is the one that was designed', async () => {
    const lists = [...DOORS].map(([name, file]) => {
      const names = exportsOf(file).map((symbol) => symbol.name);
      return `${name}\n${names
        .sort()
        .map((one) => `  ${one}\n`)
        .join('')}`;
    });
    await expect(lists.join('\n')).toMatchFileSnapshot('golden/public-list.txt');
  });

  it.each([...DOORS])('%s has a doc comment for every entry', (_, file) => {
    expect(bareNames(exportsOf(file))).toEqual([]);
  });

  it('keeps names that everybody has away from the root', () => {
    const taken = ['path', 'text', 'list', 'choice', 'check', 'describe', 'defaults', 'extend', 'param'];
    const names = exportsOf(DOORS.get('.') ?? '').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => taken.includes(name))).toEqual([]);
  });
});
