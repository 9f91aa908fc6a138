/**
 * YAML or JSON text to a plain tree, with the line of every entry. Nothing in the text is ever executed: unknown tags are
 * errors, and size, nesting and aliases are limited.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLSeq } from 'yaml';
import { ConfigError, messageOf } from '../errors.ts';

export interface PlainDocument {
  /** Mappings, lists, numbers, text, booleans and null. */
  readonly tree: unknown;
  /** 1-based line of an entry, or of the nearest one above it that is written in the text. */
  readonly lineOf: (path: readonly string[]) => number | undefined;
}

const MAX_LENGTH = 16 * 1024 * 1024;
/** Brackets open at once. The parser is recursive: without a limit a few kilobytes of brackets end the process. */
const MAX_DEPTH = 100;
/** Columns of indentation, dashes included, which nest blocks in the same way. */
const MAX_INDENT = 400;
/** How often anchors may be expanded in all: enough for templates, not for a bomb. */
const MAX_ALIASES = 200;

/** Python tuples, as PyYAML dumps them, are lists. */
const PYTHON_TUPLE = {
  tag: 'tag:yaml.org,2002:python/tuple',
  collection: 'seq' as const,
  resolve: (sequence: unknown) => sequence as YAMLSeq,
};

/** Parses YAML 1.2 or JSON. Throws a ConfigError with the line of every syntax error. */
export function parseText(text: string, file?: string): PlainDocument {
  const tooMuch = excess(text);
  if (tooMuch !== undefined) throw new ConfigError([tooMuch], file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    customTags: [PYTHON_TUPLE],
  });
  // A tag that is not known is only a warning to the parser; here it would silently change the meaning.
  const problems = [...document.errors, ...document.warnings].map((problem) => ({
    path: '',
    message: problem.code === 'DUPLICATE_KEY' ? duplicate(text, problem.pos[0]) : problem.message,
    line: lines.linePos(problem.pos[0]).line,
  }));
  if (problems.length > 0) throw new ConfigError(problems, file);
  let tree: unknown;
  try {
    tree = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    throw new ConfigError([{ path: '', message: messageOf(error) }], file, { cause: error });
  }
  return { tree, lineOf: (path) => lineOf(document.contents, path, lines) };
}

function excess(text: string): { path: string; message: string; line?: number } | undefined {
  if (text.length > MAX_LENGTH) {
    const given = Math.round(text.length / 2 ** 20);
    return { path: '', message: `the text has ${given} MiB; at most ${MAX_LENGTH / 2 ** 20} are accepted` };
  }
  let depth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const indent = /^[\s?:-]*/.exec(line)?.[0].length ?? 0;
    if (indent > MAX_INDENT && indent < line.length) {
      return {
        path: '',
        message: `indented by ${indent} columns; at most ${MAX_INDENT} are accepted`,
        line: index + 1,
      };
    }
    for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
      depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
      if (depth > MAX_DEPTH) {
        return { path: '', message: `brackets nest more than ${MAX_DEPTH} deep`, line: index + 1 };
      }
    }
  }
  return undefined;
}

function duplicate(text: string, offset: number): string {
  const key = /^[^\s:,}]+/.exec(text.slice(offset, offset + 100))?.[0];
  return key === undefined ? 'a name is given twice' : `'${key}' is given twice`;
}

function lineOf(contents: unknown, path: readonly string[], lines: LineCounter): number | undefined {
  let node: unknown = contents;
  let offset = offsetOf(node);
  for (const name of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair === undefined) break;
      offset = offsetOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = offsetOf(node) ?? offset;
    } else break;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
