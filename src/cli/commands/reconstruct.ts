/** `ptyflow reconstruct`: from prepared files, or on from where an earlier run stood. */
import { ScanRegistry } from '../../loaders/registry.ts';
import { ENGINE_GROUPS } from '../../params/engines.ts';
import { ConfigError } from '../../errors.ts';
import { isMaster } from '../../parallel/communicator.ts';
import { configFromTree, type LoadedConfig } from '../../run/config/config.ts';
import type { RunConfig } from '../../run/config/config-check.ts';
import { adviceFor, fileKind } from '../../run/config/file-kind.ts';
import { checkFiles, type FilesToCheck } from '../../run/check-files.ts';
import { runReconstruction } from '../../run/reconstruct.ts';
import { followPrepared, preferPrepared } from '../../run/scans/scans.ts';
import { readStoredRun } from '../../run/config/stored-run.ts';
import { announced, checkOptions, checkRunConfig, loadRunConfig } from '../load-config.ts';
import { feedOptions, followOptions, overridesOf, SAVER, type RunOptions } from '../options.ts';
import { runName } from './run.ts';
import { loadScanModule } from '../scan-module.ts';
import { PREPARED_ENGINES } from '../prepared-engines.ts';
import { startSession, type Session } from '../session.ts';
import type { World } from '../world.ts';

export async function reconstruct(
  file: string | undefined,
  options: RunOptions,
  world: World,
): Promise<void> {
  const session = startSession(options, world);
  const follow = followOptions(options);
  const source = file ?? requireResume(options);
  const stored =
    file === undefined
      ? await storedRun(source, options, session)
      : { config: await configOf(file, options, session), run: undefined, output: undefined };
  const { config } = stored;
  session.begin('reconstruct', source, config.compute.backend);
  const run = config.run ?? stored.run ?? runName(source);
  const output = options.output ?? stored.output;
  const files = filesOf(source, options, session.registry, { run, output });
  // Where other ranks run the folder need not be there.
  if (isMaster(world.communicator)) await checkFiles(config, files);
  await runReconstruction(config, {
    ...session.stage(),
    run,
    output,
    halfSets: options.halfSets === true,
    overrides: files.overrides,
    resume: options.resume,
    follow,
    feed: feedOptions(options),
    saver: SAVER,
  });
  session.finish();
}

/** Throws for a configuration that cannot be run, and for files that it must not write. */
export async function check(file: string | undefined, options: RunOptions): Promise<void> {
  const source = file ?? requireResume(options);
  if (file !== undefined && (await isConfig(file))) {
    return checkRunConfig(file, options, (config, registry) =>
      filesOf(source, options, registry, { run: config.run ?? runName(file), output: options.output }),
    );
  }
  const registry = new ScanRegistry();
  const { loaded, ...stored } =
    file === undefined
      ? await loadStored(source, options, registry)
      : { loaded: preparedConfig(file, options, registry), run: undefined, output: undefined };
  const { config } = loaded;
  await checkOptions(options, config);
  const run = config.run ?? stored.run ?? runName(source);
  const output = options.output ?? stored.output;
  await checkFiles(config, filesOf(source, options, registry, { run, output }));
}

function filesOf(
  source: string,
  { scanModule, follow }: RunOptions,
  registry: ScanRegistry,
  results: NonNullable<FilesToCheck['results']>,
): FilesToCheck {
  return {
    registry,
    // A run that is gone on with may write its file anew.
    read: [...(source.endsWith('.ptyr') ? [] : [source]), ...scanModule],
    overrides: follow === true ? followPrepared : preferPrepared,
    results,
  };
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

/** The `.ptyr` that is all there is to reconstruct from. */
function requireResume({ resume }: RunOptions): string {
  if (resume !== undefined) return resume;
  const message = 'a configuration or a .ptyd is needed, or --resume FILE.ptyr';
  throw new ConfigError([{ path: '[file]', message }]);
}

async function configOf(file: string, options: RunOptions, session: Session): Promise<RunConfig> {
  if (await isConfig(file)) return loadRunConfig(file, options, session);
  return announced(preparedConfig(file, options, session.registry), options, session);
}

/** The run of a `.ptyr` once more: its configuration, its name, the folder it wrote to. */
async function storedRun(
  file: string,
  options: RunOptions,
  session: Session,
): Promise<{ config: RunConfig; run: string | undefined; output: string | undefined }> {
  const { loaded, run, output } = await loadStored(file, options, session.registry);
  return { config: announced(loaded, options, session), run, output };
}

async function loadStored(
  file: string,
  options: RunOptions,
  registry: ScanRegistry,
): Promise<{ loaded: LoadedConfig; run: string | undefined; output: string | undefined }> {
  for (const module of options.scanModule) await loadScanModule(module, registry);
  const { tree, run, output } = await readStoredRun(file);
  return { loaded: fromTree(tree, options, registry, `${file} (content/pars)`), run, output };
}

/** What suits most prepared scans: probe found from the frames, difference map, then maximum likelihood. */
function preparedConfig(file: string, options: RunOptions, registry: ScanRegistry): LoadedConfig {
  const tree = {
    scans: {
      scan: {
        data: { name: 'PtydScan', source: 'file', dfile: file },
        illumination: { aperture: null },
      },
    },
    engines: PREPARED_ENGINES,
  };
  return fromTree(tree, options, registry);
}

function fromTree(tree: unknown, options: RunOptions, registry: ScanRegistry, source?: string): LoadedConfig {
  const set = overridesOf(options);
  return configFromTree(tree, { set, scanGroups: registry, engineGroups: ENGINE_GROUPS }, source);
}
