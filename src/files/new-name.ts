/** Names that nothing has yet. */
import { closeSync, openSync } from 'node:fs';

/** Makes an empty file `start + end`, or `start-2 + end`, `start-3 + end`, …: the first that is not there. Returns its name. */
export function newFile(start: string, end: string): string {
  for (let count = 1; ; count++) {
    const name = `${start}${count === 1 ? '' : `-${count}`}${end}`;
    try {
      closeSync(openSync(name, 'wx'));
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
