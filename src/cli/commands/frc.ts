/** `ptyflow frc`: the resolution at which two reconstructions agree. */
import { ConfigError } from '../../errors.ts';
import { compareFiles } from '../../run/results/compare-files.ts';
import type { CommonOptions } from '../options.ts';
import { resolutionText } from '../../run/words/quality-text.ts';
import { startSession } from '../session.ts';

export interface FrcOptions extends CommonOptions {
  readonly output: string;
  readonly object?: string;
}

export async function frc(first: string, second: string, options: FrcOptions): Promise<void> {
  if (!/\.png$/i.test(options.output)) {
    throw new ConfigError([
      { path: '--output', message: `'${options.output}': expected a name that ends in .png` },
    ]);
  }
  const session = startSession(options);
  await compareFiles([first, second], {
    object: options.object,
    output: options.output,
    onEvent: (event) => {
      // The answer goes to standard output, all else is told beside it.
      if (event.event !== 'resolution' || options.json === true) session.onEvent(event);
      else if (options.quiet !== true) process.stdout.write(`${resolutionText(event)}\n`);
    },
  });
  session.answered();
}
