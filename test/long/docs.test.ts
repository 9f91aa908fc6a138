/**
 * The pages under docs/ tell the truth: what stands in a console block is run, in order, in a copy of the page's example, and must
 * print what the page says. `…` stands for any text on a line, a line of its own for any lines.
 */
import { describe, it } from 'vitest';
import { pagesWithCommands, runPage } from '../tools/docs.ts';

describe.concurrent('the commands of', () => {
  it.each(pagesWithCommands())('%s print what it says', runPage);
});
