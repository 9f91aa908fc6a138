/** What is wrong with a run and what to do, one line each. */

/** What a line is about, the gravest first. */
export const ABOUT = [
  'failed',
  'diverged',
  'positions',
  'mask',
  'overlap',
  'data',
  'fit',
  'standstill',
  'quiet',
] as const;

export type About = (typeof ABOUT)[number];

export interface Advice {
  readonly about: About;
  /** What was seen, with numbers and units, and what to do. */
  readonly text: string;
}

/** The gravest first, of those alike the newest, each text once; `advice` is in the order in which it came. */
export function inOrder(advice: readonly Advice[], most: number): string[] {
  const gravity = ({ about }: Advice): number => ABOUT.indexOf(about);
  const sorted = advice.toReversed().sort((a, b) => gravity(a) - gravity(b));
  return [...new Set(sorted.map(({ text }) => text))].slice(0, most);
}
