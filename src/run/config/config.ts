/**
 * Reads the configuration of a run from a YAML or JSON file and the command line. Relative paths in the file are relative to
 * the folder of the file, so that an example can be moved with its data; those given with `--set`, and those of a
 * configuration without a file, are relative to the working directory.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConfigError, FileError, messageOf, type ConfigIssue } from '../../errors.ts';
import { isMapping } from '../../params/values.ts';
import { parseText, type PlainDocument } from '../../params/yaml.ts';
import { checkConfig, type GroupLookup, type RunConfig } from './config-check.ts';
import { applySettings, parseSetting, settingsWithoutPlace, type Setting } from './config-set.ts';

export interface ConfigOptions {
  /** `--set` options, `name=value` each; later ones win. */
  readonly set?: readonly string[];
  /** Parameter groups of the scan classes by name. */
  readonly scanGroups: GroupLookup;
  /** Parameter groups of the engines by name. */
  readonly engineGroups: GroupLookup;
  /** Folder that paths given with `--set` are relative to. */
  readonly workingDirectory?: string;
}

export interface LoadedConfig {
  readonly config: RunConfig;
  /** For the user; ptypy entries without meaning here are named in one of them. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks a configuration file. Throws a FileError when it cannot be read and a ConfigError that lists every mistake
 * with its line.
 */
export async function loadConfig(file: string, options: ConfigOptions): Promise<LoadedConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = isMissing(error) ? 'there is no such file' : messageOf(error);
    throw new FileError(`configuration ${file}: ${reason}`, { file }, { cause: error });
  }
  return resolveConfig(parseText(text, file), options, file);
}

/**
 * Checks a configuration given as a plain tree, e.g. one stored in a reconstruction file, which `source` names in errors.
 * Throws like `loadConfig`.
 */
export function configFromTree(tree: unknown, options: ConfigOptions, source?: string): LoadedConfig {
  return resolveConfig({ tree, lineOf: () => undefined }, options, undefined, source);
}

function resolveConfig(
  document: PlainDocument,
  options: ConfigOptions,
  file?: string,
  source = file,
): LoadedConfig {
  const settings = (options.set ?? []).map(parseSetting);
  const workingDirectory = options.workingDirectory ?? process.cwd();
  const folder = file === undefined ? workingDirectory : dirname(resolve(workingDirectory, file));
  const lost = settingsWithoutPlace(document.tree, settings);
  if (lost.length > 0) throw new ConfigError(lost);
  const { config, issues, warnings } = checkConfig(
    applySettings(document.tree, settings),
    { scans: options.scanGroups, engines: options.engineGroups },
    {
      lineOf: (path) => (settingOf(path, settings) === undefined ? document.lineOf(path) : undefined),
      resolvePath: (value, path) =>
        resolve(settingOf(path, settings) === undefined ? folder : workingDirectory, value),
    },
  );
  if (issues.length > 0) throw configError(issues, settings, source);
  return { config, warnings };
}

/** The last `--set` that gave the value at `path` or a group around it. */
function settingOf(path: readonly string[], settings: readonly Setting[]): Setting | undefined {
  const found = settings.findLast((setting) => setting.path.every((name, depth) => path[depth] === name));
  if (found !== undefined || path[0] !== 'scans' || path[2] !== 'data') return found;
  // What `recipe` gives is the parameter of that name.
  const inRecipe = [...path.slice(0, 3), 'recipe', ...path.slice(3)];
  return settings.findLast(({ path: given, value }) => {
    if (given.length < 4 || !given.every((name, depth) => inRecipe[depth] === name)) return false;
    return given.length > 4 || (isMapping(value) && Object.hasOwn(value, path[3]));
  });
}

function configError(
  issues: readonly ConfigIssue[],
  settings: readonly Setting[],
  file: string | undefined,
): ConfigError {
  const named = issues.map((issue) => {
    const setting = settingOf(issue.path.split('.'), settings);
    if (setting === undefined) return issue;
    return { ...issue, message: `${issue.message} (given by --set ${setting.text})` };
  });
  const fromFile = issues.some(({ path }) => settingOf(path.split('.'), settings) === undefined);
  return new ConfigError(named, fromFile ? file : undefined);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
