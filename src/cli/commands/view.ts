/** `ptyflow view`: a page of files, and of scans before they are prepared, until Ctrl-C. */
import { existsSync } from 'node:fs';
import { ConfigError } from '../../errors.ts';
import { fileKind } from '../../run/config/file-kind.ts';
import { previewTasks } from '../../run/preview/preview-tasks.ts';
import { onInterrupt } from '../interrupt.ts';
import type { CommonOptions, PageOptions } from '../options.ts';
import { servePage } from '../page.ts';

export interface ViewOptions extends CommonOptions, PageOptions {
  readonly port?: number;
  readonly control?: boolean;
  readonly scanModule: readonly string[];
}

/** Throws a `ConfigError` for files that are not there, and for what is wrong in a configuration. */
export async function view(files: readonly string[], options: ViewOptions): Promise<void> {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new ConfigError(missing.map((file) => ({ path: '', message: `${file} does not exist` })));
  }
  const { port, control, scanModule } = options;
  const kinds = await Promise.all(files.map(fileKind));
  const configs = files.filter((_, i) => kinds[i] === 'text');
  const previews = await Promise.all(configs.map((file) => previewTasks(file, scanModule)));
  const page = await servePage({
    ...options,
    ...{ port, canControl: control === true },
    files: files.filter((file) => !configs.includes(file)),
    previews: previews.flat(),
  });
  if (options.quiet !== true) process.stderr.write('press Ctrl-C to end\n');
  const stopped = new Promise<void>((resolve) => {
    onInterrupt(resolve, () => 'closing the page');
  });
  await Promise.race([stopped, page.failed]);
  await page.close();
}
