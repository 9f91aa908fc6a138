/** What `validate` does with a file of one kind. */
import type { RunOptions } from '../options.ts';
import type { Session } from '../session.ts';

/** Throws for what is wrong with the file; returns the lines that tell what is right. */
export type Check = (file: string, options: RunOptions, session: Session) => Promise<readonly string[]>;
