/** `ptyflow prepare`: every scan of a configuration, saved as `.ptyd`. */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ConfigError } from '../../errors.ts';
import type { ScanRegistry } from '../../loaders/registry.ts';
import { isMaster } from '../../parallel/communicator.ts';
import { checkFiles, type FilesToCheck } from '../../run/check-files.ts';
import type { ScanConfig } from '../../run/config/config-check.ts';
import { runPreparation } from '../../run/scans/prepare.ts';
import type { DataOverrides } from '../../run/scans/scans.ts';
import { followOptions, type RunOptions } from '../options.ts';
import { checkRunConfig, loadRunConfig } from '../load-config.ts';
import { startSession } from '../session.ts';
import type { World } from '../world.ts';

export interface PrepareOptions extends Omit<RunOptions, 'resume'> {
  /** Go on with what is there. */
  readonly resume?: boolean;
  /** Prepare anew what is there as it would become. */
  readonly force?: boolean;
}

/** Throws for a configuration that cannot be run, and for files that it must not write. */
export async function check(file: string, options: PrepareOptions): Promise<void> {
  followOptions(options);
  requireFolder(options.output);
  const { set, scanModule } = options;
  await checkRunConfig(file, { set, scanModule }, (_config, registry) => filesOf(file, options, registry));
}

export async function prepare(file: string, options: PrepareOptions, world: World): Promise<void> {
  const session = startSession(options, world);
  const follow = followOptions(options);
  const config = await loadRunConfig(file, options, session);
  session.begin('prepare', file);
  const files = filesOf(file, options, session.registry);
  if (isMaster(world.communicator)) {
    requireFolder(options.output);
    await checkFiles(config, files);
  }
  const stage = { ...session.stage(), follow, resumePreparation: options.resume === true };
  await runPreparation(config, stage, files.overrides, options.force === true);
  session.finish();
}

interface PreparedFiles extends FilesToCheck {
  readonly overrides: (scan: ScanConfig) => DataOverrides;
}

function filesOf(
  file: string,
  { output, scanModule }: PrepareOptions,
  registry: ScanRegistry,
): PreparedFiles {
  return {
    registry,
    read: [file, ...scanModule],
    overrides: ({ label, data }) => {
      const { save, dfile } = data.values;
      const name = dfile ?? `${label}.ptyd`;
      return {
        save: save ?? 'append',
        dfile: output === undefined ? name : join(output, basename(name)),
      };
    },
  };
}

function requireFolder(output: string | undefined): void {
  if (output === undefined || !existsSync(output) || statSync(output).isDirectory()) return;
  throw new ConfigError([{ path: '--output', message: `${output} is a file; give a folder` }]);
}
