/** `ptyflow convert`: the parameters of a ptypy script as a configuration. */
import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { ConfigError, FileError, messageOf } from '../../errors.ts';
import { makeFolder } from '../../files/folder.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { isMapping } from '../../params/values.ts';
import { parseText } from '../../params/yaml.ts';
import { convertParameters } from '../../run/config/convert.ts';
import { adviceFor, fileKind } from '../../run/config/file-kind.ts';
import type { CommonOptions } from '../options.ts';
import { registryWith } from '../../run/scan-modules/load.ts';
import { startSession } from '../session.ts';

export interface ConvertOptions extends CommonOptions {
  readonly scanModule: readonly string[];
}

export async function convert(from: string, to: string, options: ConvertOptions): Promise<void> {
  if (!/\.ya?ml$/i.test(to)) {
    throw new ConfigError([{ path: '<config>', message: `'${to}': expected a name that ends in .yaml` }]);
  }
  if (existsSync(to)) throw new ConfigError([{ path: '<config>', message: `${to} exists already` }]);
  const session = startSession(options);
  const registry = await registryWith(options.scanModule);
  await requireParameters(from);
  const tree = parseText(await textOf(from), from).tree;
  if (!isMapping(tree)) {
    throw new ConfigError([{ path: '', message: 'expected a group of parameters by name' }], from);
  }
  const { text, left, ignored, missing } = convertParameters(tree, {
    scans: registry,
    engines: ENGINE_GROUPS,
    source: basename(from),
    from: dirname(resolve(from)),
    to: dirname(resolve(to)),
  });
  makeFolder(dirname(to));
  // Whatever came in between: nothing is overwritten.
  writeFileSync(to, text, { flag: 'wx' });
  const warn = (message: string): void => {
    session.onEvent({ event: 'warning', message });
  };
  for (const { path, reason } of left) warn(`${path} stays as a comment: ${reason}`);
  if (ignored.length > 0) warn(`no meaning here, stay as comments: ${ignored.join(', ')}`);
  session.wrote('config', to);
  if (missing.length > 0)
    throw new ConfigError(
      missing.map((message) => ({ path: '', message })),
      to,
    );
  session.answered();
}

/** Throws a `ConfigError` that says what the file is instead, and which command is for it. */
async function requireParameters(file: string): Promise<void> {
  const advice = adviceFor(file, await fileKind(file));
  if (advice === undefined) return;
  const message = `${file} ${advice}. Expected the parameters of a script, a JSON or YAML file`;
  throw new ConfigError([{ path: '', message }]);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = existsSync(file) ? messageOf(cause) : 'there is no such file';
    throw new FileError(`parameters ${file}: ${reason}`, { file }, { cause });
  }
}
