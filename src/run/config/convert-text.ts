/** A configuration tree as YAML with comments, in the order in which it was given. */
import { stringify } from 'yaml';
import { isMapping } from '../../params/values.ts';

type Tree = Readonly<Record<string, unknown>>;

export type Change = (
  path: readonly string[],
  value: unknown,
  parent: Tree,
) => { readonly value: unknown; readonly comment?: string };

/** Entries of this dotted name and reason become comments; `change` says how the others are written. */
export class ConfigText {
  readonly #reasons: ReadonlyMap<string, string>;
  readonly #change: Change;
  readonly #lines: string[] = [];

  constructor(reasons: ReadonlyMap<string, string>, change: Change) {
    this.#reasons = reasons;
    this.#change = change;
  }

  write(tree: Tree, head: readonly string[]): string {
    this.#lines.push(...head.map((line) => `# ${line}`));
    this.#group(tree, []);
    return `${this.#lines.join('\n')}\n`;
  }

  #group(tree: Tree, at: readonly string[]): void {
    const indent = '  '.repeat(at.length);
    for (const [name, value] of Object.entries(tree)) {
      const path = [...at, name];
      const reason = this.#reasons.get(path.join('.'));
      if (reason !== undefined) {
        this.#comment(indent, `${path.join('.')} is not taken over: ${reason}`);
        this.#comment(indent, stringify({ [name]: value }, { lineWidth: 0 }).trimEnd());
      } else if (isMapping(value) && Object.keys(value).length > 0) {
        const isBare = Object.keys(value).every((member) => this.#reasons.has([...path, member].join('.')));
        this.#lines.push(`${indent}${flow(name)}:${isBare ? ' {}' : ''}`);
        this.#group(value, path);
      } else {
        const { value: written, comment } = this.#change(path, value, tree);
        const note = comment === undefined ? '' : ` # ${oneLine(comment)}`;
        this.#lines.push(`${indent}${flow(name)}: ${flow(written)}${note}`);
      }
    }
  }

  #comment(indent: string, text: string): void {
    this.#lines.push(...text.split(/\r?\n/).map((line) => `${indent}# ${line}`.trimEnd()));
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}

/** On one line, whatever is in it. */
function flow(value: unknown): string {
  const options = {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    blockQuote: false,
  } as const;
  return stringify(value, options).trimEnd();
}
