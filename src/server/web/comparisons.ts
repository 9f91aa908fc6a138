/** How far two objects agree, as JSON: computed where files are read, when a page asks for it. */
import type { ServerResponse } from 'node:http';
import { RequestError, type ComparedSide } from '../files/messages.ts';
import type { Comparison } from '../protocol/messages.ts';
import type { PageSource } from '../sources/page-source.ts';
import { answerWith, json, required } from './answers.ts';

export type Compare = (first: ComparedSide, second: ComparedSide) => Promise<Comparison>;

/** Answers `api/frc?first=SOURCE&firstObject=ID&second=…`; false for what is not that. */
export async function answerComparison(
  response: ServerResponse,
  { pathname, searchParams }: URL,
  sources: ReadonlyMap<string, PageSource>,
  { compare, log }: { readonly compare: Compare | undefined; readonly log: (text: string) => void },
): Promise<boolean> {
  if (pathname !== '/api/frc') return false;
  const make = async () => {
    const [first, second] = ['first', 'second'].map((which) => {
      const source = sources.get(required(searchParams, which));
      const side = source?.compared?.(required(searchParams, `${which}Object`));
      if (side !== undefined) return side;
      throw new RequestError(404, `the ${which} has no object (yet)`);
    });
    if (compare === undefined) throw new RequestError(404, 'no files are shown to compare with');
    return json(await compare(first, second));
  };
  await answerWith(response, make, log);
  return true;
}
