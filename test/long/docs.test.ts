/** The commands of the pages under docs/ that `npm test` leaves out, because they take minutes. */
import { it } from 'vitest';
import { pagesWithCommands, runPage } from '../tools/docs.ts';

it.each(pagesWithCommands('seldom'))('the commands of %s print what it says', runPage);
