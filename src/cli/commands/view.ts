/** `ptyflow view`: a page of files, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { ConfigError } from '../../errors.ts';
import { onInterrupt } from '../interrupt.ts';
import type { CommonOptions, PageOptions } from '../options.ts';
import { servePage } from '../page.ts';

export interface ViewOptions extends CommonOptions, PageOptions {
  readonly port?: number;
}

/** Throws a `ConfigError` for files that are not there. */
export async function view(files: readonly string[], options: ViewOptions): Promise<void> {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new ConfigError(missing.map((file) => ({ path: '', message: `${file} does not exist` })));
  }
  const page = await servePage({ ...options, files, port: options.port });
  if (options.quiet !== true) process.stderr.write('press Ctrl-C to end\n');
  const stopped = new Promise<void>((resolve) => {
    onInterrupt(resolve, 'closing the page');
  });
  await Promise.race([stopped, page.failed]);
  await page.close();
}
