/** `ptyflow validate`: a configuration, a `.ptyd` down to its checksums, or a `.ptyr`. */
import { ConfigError } from '../../errors.ts';
import { adviceFor, fileKind } from '../../run/config/file-kind.ts';
import type { RunOptions } from '../options.ts';
import { startSession } from '../session.ts';
import type { Check } from './check.ts';

/** Each is loaded when it is needed: a prepared file is checked in the time that the code for configurations takes to load. */
const CHECKS = {
  text: async () => (await import('./validate-config.ts')).checkConfig,
  ptyd: async () => (await import('./validate-ptyd.ts')).checkPtyd,
  ptyr: async () => (await import('./validate-ptyr.ts')).checkPtyr,
} satisfies Record<string, () => Promise<Check>>;

export async function validate(file: string, options: RunOptions): Promise<void> {
  const session = startSession(options);
  const check = await CHECKS[await kindOf(file)]();
  const lines = await check(file, options, session);
  if (options.quiet !== true && options.json !== true) process.stdout.write(`${lines.join('\n')}\n`);
  session.onEvent({ event: 'valid', file });
  session.answered();
}

/** Throws a `ConfigError` for what is not checked here. A file that is not there is what its name says. */
async function kindOf(file: string): Promise<keyof typeof CHECKS> {
  const kind = await fileKind(file);
  if (kind === 'text' || kind === 'ptyd' || kind === 'ptyr') return kind;
  // Whoever reads it says what is wrong.
  if (kind === 'missing' || kind === 'misnamed') {
    return /\.(ya?ml|json)$/i.test(file) ? 'text' : /\.ptyr$/i.test(file) ? 'ptyr' : 'ptyd';
  }
  const message = `${file} ${adviceFor(file, kind) ?? ''}. Expected a configuration, a .ptyd or a .ptyr`;
  throw new ConfigError([{ path: '', message }]);
}
