/** All commands with their options; the work is in the file of the same name, loaded when called. */
import { Option, type Command } from 'commander';
import { LIVE_KINDS } from '../run/playback/plan.ts';
import {
  fraction,
  positive,
  wholeNumber,
  withBackendOption,
  withFollowOptions,
  withCommonOptions,
  withModuleOption,
  withConfigOptions,
  withRankOptions,
  withResumeOption,
  withPageOptions,
  withServeOption,
  type CommonOptions,
  type RunOptions,
} from './options.ts';
import type { ConvertOptions } from './commands/convert.ts';
import type { PrepareOptions } from './commands/prepare.ts';
import { isMaster } from '../parallel/communicator.ts';
import { requireOneKindOfRanks } from './perform.ts';
import type { FrcOptions } from './commands/frc.ts';
import type { PlotOptions } from './commands/plot.ts';
import type { ReportOptions } from './commands/report.ts';
import type { SchemaOptions } from './commands/schema.ts';
import type { ViewOptions } from './commands/view.ts';
import type { SimulateOptions } from './commands/simulate.ts';
import type { World } from './world.ts';

export function addCommands(program: Command, world: World): void {
  for (const add of [run, prepare, reconstruct]) {
    complete(withServeOption(withRankOptions(add(program, world))));
  }
  for (const add of [view, plot, report, info, validate, frc, simulate, create, convert, schema, doctor])
    complete(add(program, world));
}

function complete(command: Command): void {
  withCommonOptions(command);
  command.exitOverride().showHelpAfterError(`(see ptyflow ${command.name()} --help)`);
}

const OUTPUT = ['-o, --output <dir>', 'folder that results go to'] as const;

const HALF_SETS = [
  '--half-sets',
  'also reconstruct two halves of the frames and report their resolution (Fourier ring correlation)',
] as const;

function run(program: Command, world: World): Command {
  return withBackendOption(withFollowOptions(withResumeOption(withConfigOptions(program.command('run')))))
    .description('prepare and reconstruct the scans of a configuration')
    .argument('<config>', 'YAML or JSON file')
    .option(...OUTPUT)
    .option(...HALF_SETS)
    .option('--prepare', 'prepare scans again, even if they were prepared with these parameters')
    .action(async (file: string, options: RunOptions) => {
      requireOneKindOfRanks(options, world);
      await (await import('./commands/run.ts')).run(file, options, world);
    });
}

function prepare(program: Command, world: World): Command {
  return withFollowOptions(withConfigOptions(program.command('prepare')))
    .description('prepare the scans of a configuration and save them as .ptyd')
    .argument('<config>', 'YAML or JSON file')
    .option(...OUTPUT)
    .option('--resume', 'resume an earlier preparation that did not finish')
    .option('--force', 'prepare again, even what was prepared with these parameters')
    .action(async (file: string, options: PrepareOptions) => {
      requireOneKindOfRanks(options, world);
      await (await import('./commands/prepare.ts')).prepare(file, options, world);
    });
}

function reconstruct(program: Command, world: World): Command {
  return withBackendOption(
    withFollowOptions(withResumeOption(withConfigOptions(program.command('reconstruct')))),
  )
    .description(
      'reconstruct from prepared files: a configuration (its dfile is read if it exists) or a .ptyd',
    )
    .argument(
      '[file]',
      'YAML or JSON configuration, or a .ptyd file; with --resume it may be left out: that run has one',
    )
    .option(...OUTPUT)
    .option(...HALF_SETS)
    .action(async (file: string | undefined, options: RunOptions) => {
      requireOneKindOfRanks(options, world);
      await (await import('./commands/reconstruct.ts')).reconstruct(file, options, world);
    });
}

function view(program: Command, world: World): Command {
  return withPageOptions(withModuleOption(program.command('view')))
    .description(
      'show files in a page: prepared scans, reconstructions, any HDF5 file, raw frames of a configuration',
    )
    .argument(
      '<files...>',
      '.ptyd, .ptyr, .cxi, .nxs or other HDF5 files, folders with them, or configurations',
    )
    .option('--control', 'who looks at raw frames in the page may also save masks and configurations')
    .option('--port <n>', 'port of the page', wholeNumber(0, 65535))
    .action(async (files: readonly string[], options: ViewOptions) => {
      await onMaster(world, async () => (await import('./commands/view.ts')).view(files, options));
    });
}

function info(program: Command, world: World): Command {
  return program
    .command('info')
    .description('print the tree of any HDF5 file')
    .argument('<file>', 'HDF5 file, e.g. .ptyd, .ptyr, .cxi, .nxs')
    .action(async (file: string, options: CommonOptions) => {
      await onMaster(world, async () => (await import('./commands/info.ts')).info(file, options));
    });
}

function validate(program: Command, world: World): Command {
  return withConfigOptions(program.command('validate'))
    .description('check a configuration, a .ptyd with its checksums, or a .ptyr')
    .argument('<file>', 'YAML or JSON configuration, a .ptyd or a .ptyr file')
    .action(async (file: string, options: RunOptions) => {
      await onMaster(world, async () => (await import('./commands/validate.ts')).validate(file, options));
    });
}

const FORCE = ['--force', 'overwrite a file that ptyflow did not write'] as const;

function plot(program: Command, world: World): Command {
  return program
    .command('plot')
    .description('draw a reconstruction or prepared frames as a picture')
    .argument('<file>', '.ptyr or .ptyd file')
    .requiredOption('-o, --output <file>', 'picture to write; its ending, .png or .svg, decides the format')
    .addOption(
      new Option(
        '--what <name>',
        'what to draw; of a .ptyr all but frame and mean (default: all), of a .ptyd frame, mean or positions (default: frame)',
      ).choices(['all', 'object', 'phase', 'amplitude', 'probe', 'errors', 'positions', 'frame', 'mean']),
    )
    .option('--frame <n>', 'frame of a .ptyd, counted from 0 in the order of scan points', wholeNumber(0))
    .option('--layer <n>', 'mode of the object or the probe of a .ptyr, counted from 0', wholeNumber(0))
    .option(...FORCE)
    .action(async (file: string, options: PlotOptions) => {
      await onMaster(world, async () => (await import('./commands/plot.ts')).plot(file, options));
    });
}

function report(program: Command, world: World): Command {
  return program
    .command('report')
    .description('write a reconstruction as one HTML page that needs no other file and no network')
    .argument('<file>', '.ptyr file')
    .option(
      '-o, --output <file>',
      'page to write (default: the name of FILE with .html, in the working folder)',
    )
    .option(...FORCE)
    .action(async (file: string, options: ReportOptions) => {
      await onMaster(world, async () => (await import('./commands/report.ts')).report(file, options));
    });
}

function frc(program: Command, world: World): Command {
  return program
    .command('frc')
    .description('resolution at which two reconstructions agree, by Fourier ring correlation')
    .argument('<first>', '.ptyr file')
    .argument('<second>', '.ptyr file of other frames of the same sample')
    .option('-o, --output <file>', 'PNG of the curve', 'frc.png')
    .option(
      '--object <id>',
      'the object to compare, where a file holds several, e.g. SscanG00; FIRST,SECOND where IDs differ',
    )
    .action(async (first: string, second: string, options: FrcOptions) => {
      await onMaster(world, async () => (await import('./commands/frc.ts')).frc(first, second, options));
    });
}

function simulate(program: Command, world: World): Command {
  return program
    .command('simulate')
    .description('write a simulated scan as a .ptyd or a folder of NumPy frames, at once or frame by frame')
    .argument(
      '<output>',
      'FILE.ptyd, with --live also FILE.h5, or a folder for geometry.txt, positions.txt and ccd/*.npy',
    )
    .option('--frames <n>', 'number of frames', wholeNumber(1), 100)
    .option('--shape <n>', 'pixels along a side of the frames', wholeNumber(16), 128)
    .option('--photons <n>', 'photons in the brightest frame', Number, 1e8)
    .option('--density <x>', 'step between positions as a fraction of the probe', Number, 0.2)
    .addOption(new Option('--pattern <name>', 'scan pattern').choices(['round', 'raster']).default('round'))
    .option('--noise', 'photon noise', false)
    .option('--seed <n>', 'seed of the noise, and of the order and times with --live', wholeNumber(0), 0)
    .option('--live', 'play the scan like a measurement, frame by frame')
    .addOption(
      new Option('--as <kind>', 'with --live: kind of output (default: from its name)').choices(LIVE_KINDS),
    )
    .option('--from <file>', 'with --live: play the frames of this .ptyd')
    .option('--rate <n>', 'with --live: frames a second (default: 10)', positive)
    .option('--jitter <s>', 'with --live: frames come up to this many seconds late', positive)
    .option(
      '--shuffle <n>',
      'with --live: frames come out of order by up to this many places',
      wholeNumber(1),
    )
    .option('--drop <x>', 'with --live: this fraction of the frames never comes', fraction)
    .action(async (output: string, options: SimulateOptions) => {
      await onMaster(world, async () => (await import('./commands/simulate.ts')).simulate(output, options));
    });
}

function create(program: Command, world: World): Command {
  return program
    .command('new')
    .description('write a commented scan class or configuration to start from')
    .argument('<what>', 'scan or config')
    .argument(
      '<file>',
      'file to write: .ts, .mts, .js or .mjs for a scan, .yaml, .yml or .json for a configuration',
    )
    .action(async (what: string, file: string, options: CommonOptions) => {
      await onMaster(world, async () => (await import('./commands/new.ts')).create(what, file, options));
    });
}

function convert(program: Command, world: World): Command {
  return withModuleOption(program.command('convert'))
    .description('make a configuration from the parameters of a ptypy script')
    .argument('<parameters>', 'JSON (or YAML) file of the parameters')
    .argument('<config>', 'configuration to write, e.g. run.yaml')
    .action(async (parameters: string, config: string, options: ConvertOptions) => {
      await onMaster(world, async () =>
        (await import('./commands/convert.ts')).convert(parameters, config, options),
      );
    });
}

function doctor(program: Command, world: World): Command {
  return program
    .command('doctor')
    .description('report what this machine has: backends, threads, memory, MPI, GPUs, HDF5 filters, packages')
    .action(async (options: CommonOptions) => {
      await onMaster(world, async () => (await import('./commands/doctor.ts')).doctor(options));
    });
}

function schema(program: Command, world: World): Command {
  return withConfigOptions(program.command('schema'))
    .description('explain parameters: all names, one group, or one parameter')
    .argument('[path]', 'e.g. scans.<label>.data, engines.DM or io.rfile')
    .addOption(
      new Option('--json-schema', 'print the JSON Schema for editors instead').conflicts(['json', 'quiet']),
    )
    .action(async (path: string | undefined, options: SchemaOptions) => {
      await onMaster(world, async () => (await import('./commands/schema.ts')).schema(path, options));
    });
}

/** For commands that are not made for several ranks: the others have nothing to do. */
async function onMaster(world: World, work: () => Promise<void>): Promise<void> {
  if (isMaster(world.communicator)) await work();
}
