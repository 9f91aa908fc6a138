/** From what a user gives to a job: the configuration is checked, and so are the files that it would write. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { ScanClass, ScanRegistry } from '../../loaders/registry.ts';
import type { LogLevel } from '../../log.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { isMapping } from '../../params/values.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import { parseText } from '../../params/yaml.ts';
import { checkFiles } from '../check-files.ts';
import { configFromTree, loadConfig, type LoadedConfig } from '../config/config.ts';
import { adviceFor, fileKind, requireConfigFile } from '../config/file-kind.ts';
import { PREPARED_ENGINES } from '../config/prepared-engines.ts';
import { readStoredRun } from '../config/stored-run.ts';
import { checkHalfSets } from '../half-sets.ts';
import { Resume } from '../results/resume.ts';
import { registryWith } from '../scan-modules/load.ts';
import type { FollowOptions } from '../options.ts';
import { overridesFor, savingOverrides, type Reading } from '../scans/scans.ts';
import type { PreparationJob, ReconstructionJob } from './job.ts';

/** Where a configuration is. */
export type ConfigSource =
  | { readonly file: string }
  /** YAML or JSON. Relative paths in it are relative to the working directory, as those of a tree. */
  | { readonly text: string }
  | { readonly tree: unknown };

interface CommonOptions {
  /** `name=value` each; later ones win. */
  readonly set?: readonly string[];
  /** Files with scan classes of the user. */
  readonly scanModules?: readonly string[];
  /** Folder that results go to. */
  readonly output?: string | undefined;
  readonly follow?: FollowOptions | undefined;
  /** How much of the log is heard; undefined: what the configuration says (`verbose_level`). */
  readonly level?: LogLevel | undefined;
  /** Scans that are here already, by their labels: the configuration need say nothing of their data. */
  readonly scans?: ReadonlyMap<string, PtyScan> | undefined;
  /** False: another rank checks files. */
  readonly checks?: boolean;
}

export interface ReconstructionOptions extends CommonOptions {
  /** A `.ptyr` to resume from. */
  readonly resume?: string | undefined;
  readonly halfSets?: boolean;
  /** Prepare scans anew even where they have been prepared with the same parameters. */
  readonly prepareAnew?: boolean;
  readonly wantsResult?: boolean;
}

export interface PreparationOptions extends CommonOptions {
  readonly resume?: boolean;
  readonly force?: boolean;
}

/** What is to be reconstructed. */
interface Planned extends LoadedConfig {
  readonly source: string;
  /** What else than data the configuration is read from. */
  readonly read: readonly string[];
  /** `%(run)s`, where the configuration does not say it. */
  readonly name: string;
  readonly output: string | undefined;
}

/**
 * All that a configuration says: scans are prepared, then reconstructed. Throws a `ConfigError` for a configuration that cannot be
 * run, and for files that it must not write; a `FileError` for one that cannot be read.
 */
export async function planRun(
  source: ConfigSource,
  options: ReconstructionOptions = {},
): Promise<ReconstructionJob> {
  const registry = await registryFor(options);
  const planned = await configured(source, options, registry);
  const reading = options.resume !== undefined && options.follow === undefined ? 'saved' : 'configured';
  return reconstruction(planned, { command: 'run', reading }, options, registry);
}

/**
 * Reconstruction of frames that are prepared: a configuration, whose scans are read from their `dfile` where that is there; a
 * `.ptyd`; or, without a source, the run once more that is to be resumed. Throws as `planRun`.
 */
export async function planReconstruction(
  source: ConfigSource | undefined,
  options: ReconstructionOptions = {},
): Promise<ReconstructionJob> {
  const registry = await registryFor(options);
  const planned = await prepared(source, options, registry);
  const reading = options.follow === undefined ? 'prepared' : 'prepared live';
  return reconstruction(planned, { command: 'reconstruct', reading }, options, registry);
}

/** Every scan of a configuration prepared and saved. Throws as `planRun`. */
export async function planPreparation(
  source: ConfigSource,
  options: PreparationOptions = {},
): Promise<PreparationJob> {
  const { output, follow, scanModules = [], resume = false, force = false } = options;
  const registry = await registryFor(options);
  const { config, warnings, read, source: name } = await configured(source, options, registry);
  let saves: readonly string[] = [];
  if (options.checks !== false) {
    requireFolder(output);
    const files = { registry, scans: options.scans, read, overrides: savingOverrides(output) };
    saves = await checkFiles(config, files);
  }
  const level = options.level ?? config.verbose_level;
  return {
    kind: 'preparation',
    ...{ source: name, config, warnings, level, scanModules, follow, output, resume, force, saves },
  };
}

async function reconstruction(
  planned: Planned,
  { command, reading }: { readonly command: 'run' | 'reconstruct'; readonly reading: Reading },
  options: ReconstructionOptions,
  registry: ScanRegistry,
): Promise<ReconstructionJob> {
  const { config, warnings, source, read, output } = planned;
  const { halfSets = false, prepareAnew = false, wantsResult = false, scanModules = [] } = options;
  const { resume, follow } = options;
  if (halfSets) checkHalfSets(config, follow !== undefined);
  if (resume !== undefined) await Resume.open(resume, config, () => undefined);
  const name = config.run ?? planned.name;
  if (options.checks !== false) {
    await checkFiles(config, {
      registry,
      scans: options.scans,
      read,
      overrides: overridesFor(reading),
      results: { run: name, output },
    });
  }
  const level = options.level ?? config.verbose_level;
  return {
    kind: 'reconstruction',
    ...{ command, source, config, warnings, level, scanModules, follow, output },
    ...{ name, reading, prepareAnew, halfSets, resume, wantsResult },
  };
}

/** Scan classes of the package, of the user's files, and of the scans that are here. */
async function registryFor({ scanModules, scans }: CommonOptions): Promise<ScanRegistry> {
  const registry = await registryWith(scanModules);
  for (const scan of scans?.values() ?? []) registry.register(scan.constructor as ScanClass, scan.scanName);
  return registry;
}

/** The tree with the data of scans that are here, as they were given their parameters. */
function withScans(tree: unknown, scans: ReadonlyMap<string, PtyScan> = new Map()): unknown {
  if (scans.size === 0 || !isMapping(tree)) return tree;
  const described = isMapping(tree.scans) ? tree.scans : {};
  const here = [...scans].map(([label, scan]): [string, unknown] => {
    const entry = Object.hasOwn(described, label) ? described[label] : {};
    const names = new Set([...scan.given].map((name) => name.split('.')[0]));
    const values = Object.entries(scan.info).filter(([name]) => names.has(name));
    const data = { ...Object.fromEntries(values), name: scan.scanName };
    return [label, { ...(isMapping(entry) ? entry : {}), data }];
  });
  return { ...tree, scans: { ...described, ...Object.fromEntries(here) } };
}

async function configured(
  source: ConfigSource,
  options: CommonOptions,
  registry: ScanRegistry,
): Promise<Planned> {
  const { set = [], output, scanModules = [] } = options;
  const groups = { set, scanGroups: registry, engineGroups: ENGINE_GROUPS };
  if ('file' in source) {
    await requireConfigFile(source.file);
    const loaded = await loadConfig(source.file, groups);
    const name = nameOf(source.file);
    return { ...loaded, source: source.file, read: [source.file, ...scanModules], name, output };
  }
  const tree = 'text' in source ? parseText(source.text, 'the configuration').tree : source.tree;
  const loaded = configFromTree(withScans(tree, options.scans), groups);
  return { ...loaded, source: 'a configuration', read: scanModules, name: 'run', output };
}

async function prepared(
  source: ConfigSource | undefined,
  options: ReconstructionOptions,
  registry: ScanRegistry,
): Promise<Planned> {
  const { set = [], output, resume, scanModules = [] } = options;
  const groups = { set, scanGroups: registry, engineGroups: ENGINE_GROUPS };
  if (source === undefined) {
    if (resume === undefined) {
      const message = 'a configuration or a .ptyd is needed, or --resume FILE.ptyr';
      throw new ConfigError([{ path: '[file]', message }]);
    }
    const stored = await readStoredRun(resume);
    const loaded = configFromTree(stored.tree, groups, `${resume} (content/pars)`);
    // A run that is resumed may write its file anew: it is not among what is read.
    const name = stored.run ?? nameOf(resume);
    return { ...loaded, source: resume, read: scanModules, name, output: output ?? stored.output };
  }
  if (!('file' in source) || (await isConfig(source.file))) return configured(source, options, registry);
  const { file } = source;
  const loaded = configFromTree(preparedTree(file), groups);
  return { ...loaded, source: file, read: [file, ...scanModules], name: nameOf(file), output };
}

/** What suits most prepared scans: probe found from the frames, difference map, then maximum likelihood. */
function preparedTree(file: string): unknown {
  const data = { name: 'PtydScan', source: 'file', dfile: file };
  return { scans: { scan: { data, illumination: { aperture: null } } }, engines: PREPARED_ENGINES };
}

/** Whether it is a configuration, or prepared frames. Throws a `ConfigError` for what is neither. */
async function isConfig(file: string): Promise<boolean> {
  const kind = await fileKind(file);
  if (kind === 'ptyd') return false;
  if (kind === 'missing') return /\.(ya?ml|json)$/i.test(file);
  const advice = adviceFor(file, kind);
  if (advice === undefined) return true;
  throw new ConfigError([{ path: '', message: `${file} ${advice}. Expected a configuration or a .ptyd` }]);
}

/** `folder/my-run.yaml` → `my-run` */
function nameOf(file: string): string {
  return basename(file).replace(/\.[^.]*$/, '');
}

function requireFolder(output: string | undefined): void {
  if (output === undefined || !existsSync(output) || statSync(output).isDirectory()) return;
  throw new ConfigError([{ path: '--output', message: `${output} is a file; give a folder` }]);
}
