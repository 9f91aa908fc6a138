/** Whether the parameters say how a scan is saved. */
import { ConfigError } from '../../errors.ts';
import type { ScanData } from '../../params/scan-data.ts';

/** Where and how a scan is saved. */
export interface Saving {
  readonly file: string;
  readonly save: NonNullable<ScanData['save']>;
}

/** Undefined: nothing is saved. Throws a ConfigError for parameters that do not say where or how. */
export function savingOf({ save, dfile: file, parallel_write }: ScanData): Saving | undefined {
  if (save === null) return undefined;
  if (file === null) {
    throw new ConfigError([{ path: 'dfile', message: `save: ${save} needs a file name in dfile` }]);
  }
  if (parallel_write && save !== 'link') {
    const message = `every rank writes its own files with save: link only, not ${save}`;
    throw new ConfigError([{ path: 'parallel_write', message }]);
  }
  return { file, save };
}
