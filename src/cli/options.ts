/** Options that several commands share. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ConfigError } from '../errors.ts';
import { BACKENDS } from '../params/backends.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { ReconstructionOptions } from '../run/jobs/plan.ts';
import type { FollowOptions } from '../run/options.ts';
import type { World } from './world.ts';

export interface CommonOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly debug?: boolean;
}

export interface RankOptions extends CommonOptions {
  readonly ranks?: number;
}

export interface FollowingOptions {
  readonly follow?: boolean;
  /** Seconds without a new frame. */
  readonly timeout?: number;
}

/** Of the page that a command serves. */
export interface PageOptions {
  readonly open?: boolean;
  readonly host: string;
  readonly allowHost: readonly string[];
  readonly publicOrigin?: string;
  readonly prefix?: string;
}

export interface ServingOptions extends Partial<PageOptions> {
  /** Port; true: the usual one. */
  readonly serve?: number | true;
  readonly control?: boolean;
  /** The page stays open after the end. */
  readonly keepServing?: boolean;
}

export interface RunOptions extends RankOptions, FollowingOptions, ServingOptions {
  readonly set: readonly string[];
  readonly scanModule: readonly string[];
  readonly output: string | undefined;
  /** `.ptyr` to resume from. */
  readonly resume?: string;
  readonly halfSets?: boolean;
  /** Prepare scans anew even where they have been prepared with the same parameters. */
  readonly prepare?: boolean;
  /** The same as `--set compute.backend=…`. */
  readonly backend?: string;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

export function withCommonOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'print errors only')
    .option('--json', 'print events as JSON on standard output, one per line')
    .option('--debug', 'show where an error comes from');
}

export function withConfigOptions(command: Command): Command {
  return withModuleOption(
    command.addOption(
      new Option('--set <path=value>', 'override a parameter, e.g. scans.S.data.shape=128 (may be repeated)')
        .argParser((value: string, before: readonly string[]) => {
          if (!/^[^=]+=/.test(value)) throw new InvalidArgumentError('expected path=value');
          return collect(value, before);
        })
        .default([], 'none'),
    ),
  );
}

export function withModuleOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--scan-module <file>',
      'TypeScript or JavaScript file that exports scan classes (may be repeated)',
    )
      .argParser(collect)
      .default([], 'none'),
  );
}

export function withResumeOption(command: Command): Command {
  return command.option('--resume <file>', 'resume an earlier run from a .ptyr that it saved');
}

export function withFollowOptions(command: Command): Command {
  return command
    .option('--follow', 'take frames in while the scan is measured, until it is complete')
    .option(
      '--timeout <s>',
      'with --follow: the scan ends after this many seconds without a new frame',
      positive,
    );
}

export function withServeOption(command: Command): Command {
  return withPageOptions(
    command
      .option(
        '--serve [port]',
        'show the run in a page that it serves, at this port of this machine',
        wholeNumber(0, 65535),
      )
      .option(
        '--control',
        'with --serve: who looks at the page may also pause, stop, save and change the run',
      )
      .option('--keep-serving', 'with --serve: the page stays open when the run has ended, until Ctrl-C'),
  );
}

export function withPageOptions(command: Command): Command {
  return command
    .option('--open', 'open the page in the browser of this machine')
    .option(
      '--host <address>',
      'address of this machine at which the page is served; others than this machine need the token of the printed link',
      '127.0.0.1',
    )
    .addOption(
      new Option(
        '--allow-host <name>',
        'further name of this machine in links to the page, as behind a proxy (may be repeated)',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--public-origin <url>', 'where a proxy shows the page, e.g. https://jupyter.example.org')
    .option(
      '--prefix <path>',
      'path of the page behind a proxy that does not take it away, e.g. /user/me/proxy/8642/',
    );
}

/** What the command line says about a job; the master alone checks files, which other ranks may see differently. */
export function planOptions(options: RunOptions, world: World): ReconstructionOptions {
  const { scanModule, output, resume, halfSets = false, prepare = false, quiet } = options;
  return {
    set: overridesOf(options),
    scanModules: scanModule,
    ...{ output, resume, halfSets, prepareAnew: prepare },
    follow: followOptions(options),
    level: quiet === true ? 'error' : undefined,
    checks: isMaster(world.communicator),
    // The page shows it after the end.
    wantsResult: options.serve !== undefined,
  };
}

/** `undefined` for what is complete. */
function followOptions({ follow, timeout }: FollowingOptions): FollowOptions | undefined {
  if (follow === true) return { timeoutS: timeout };
  if (timeout === undefined) return undefined;
  throw new ConfigError([{ path: '--timeout', message: 'is for --follow only' }]);
}

/** A number above 0 from the command line. */
export function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number < Infinity)) throw new InvalidArgumentError('expected a number above 0');
  return number;
}

/** A fraction from the command line. */
export function fraction(value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number < 1) || value.trim() === '') {
    throw new InvalidArgumentError('expected a number from 0 on and below 1');
  }
  return number;
}

export function withBackendOption(command: Command): Command {
  return command.addOption(
    new Option('--backend <name>', 'backend that computes, same as --set compute.backend=NAME').choices(
      BACKENDS,
    ),
  );
}

/** What the command line says about parameters, as `--set` has it. */
function overridesOf({ set, backend }: Pick<RunOptions, 'set' | 'backend'>): readonly string[] {
  return backend === undefined ? set : [...set, `compute.backend=${backend}`];
}

export function withRankOptions(command: Command): Command {
  return command.option(
    '--ranks <n>',
    'threads to share the work among (under mpiexec or srun each process is a rank instead)',
    wholeNumber(1),
  );
}

/** A whole number from the command line. */
export function wholeNumber(least: number, most = Infinity): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most) {
      const end = most === Infinity ? 'on' : `to ${most}`;
      throw new InvalidArgumentError(`expected a whole number from ${least} ${end}`);
    }
    return number;
  };
}
