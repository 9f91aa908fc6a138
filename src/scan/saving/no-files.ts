/** What a browser has in place of `ptyd-files.ts`. */
import { ConfigError } from '../../errors.ts';
import type { ScanFiles } from './files.ts';

const refuse = (path: string, message: string): never => {
  throw new ConfigError([{ path, message: `${message} here: there is no file system` }]);
};

export const ptydFiles: ScanFiles = {
  saver: ({ file }) => refuse('save', `${file} cannot be written`),
  reader: (file) => refuse('source', `${file} cannot be read`),
  array: (name, at) => refuse(at, `${name} cannot be read`),
};
