/** All commands with their options; the work is in the file of the same name, loaded when called. */
import type { Command } from 'commander';
import { wholeNumber, withCommonOptions, withConfigOptions, type RunOptions } from './options.ts';
import type { SchemaOptions } from './schema.ts';
import type { SimulateOptions } from './simulate.ts';

export function addCommands(program: Command): void {
  for (const add of [run, prepare, reconstruct, info, validate, simulate, create, schema]) {
    const command = withCommonOptions(add(program));
    command.exitOverride().showHelpAfterError(`(see ptyflow ${command.name()} --help)`);
  }
}

const OUTPUT = ['-o, --output <dir>', 'folder that everything written goes to'] as const;

function run(program: Command): Command {
  return withConfigOptions(program.command('run'))
    .description('prepare and reconstruct, as the configuration says')
    .argument('<config>', 'YAML or JSON file')
    .option(...OUTPUT)
    .action(async (file: string, options: RunOptions) => {
      await (await import('./run.ts')).run(file, options);
    });
}

function prepare(program: Command): Command {
  return withConfigOptions(program.command('prepare'))
    .description('prepare the scans of a configuration and save them as .ptyd')
    .argument('<config>', 'YAML or JSON file')
    .option(...OUTPUT)
    .action(async (file: string, options: RunOptions) => {
      await (await import('./prepare.ts')).prepare(file, options);
    });
}

function reconstruct(program: Command): Command {
  return withConfigOptions(program.command('reconstruct'))
    .description(
      'reconstruct from prepared files: a configuration (its dfile is read where it is there) or a .ptyd',
    )
    .argument('<file>', 'YAML or JSON configuration, or a .ptyd file')
    .option(...OUTPUT)
    .action(async (file: string, options: RunOptions) => {
      await (await import('./reconstruct.ts')).reconstruct(file, options);
    });
}

function info(program: Command): Command {
  return program
    .command('info')
    .description('print the tree of any HDF5 file')
    .argument('<file>', 'HDF5 file, e.g. .ptyd, .ptyr, .cxi, .nxs')
    .action(async (file: string) => {
      await (await import('./info.ts')).info(file);
    });
}

function validate(program: Command): Command {
  return withConfigOptions(program.command('validate'))
    .description('check a configuration, or a .ptyd down to its checksums')
    .argument('<file>', 'YAML or JSON configuration, or a .ptyd file')
    .action(async (file: string, options: RunOptions) => {
      await (await import('./validate.ts')).validate(file, options);
    });
}

function simulate(program: Command): Command {
  return program
    .command('simulate')
    .description('write a simulated scan as a .ptyd, or as a folder of NumPy frames')
    .argument('<output>', 'FILE.ptyd, or a folder for geometry.txt, positions.txt and ccd/*.npy')
    .option('--frames <n>', 'number of frames', wholeNumber(1), 100)
    .option('--shape <n>', 'pixels along a side of the frames', wholeNumber(16), 128)
    .option('--photons <n>', 'photons in the brightest frame', Number, 1e8)
    .option('--density <x>', 'step between positions as a fraction of the probe', Number, 0.2)
    .option('--pattern <name>', 'scan pattern: round or raster', 'round')
    .option('--noise', 'photon noise', false)
    .option('--seed <n>', 'seed of the noise', wholeNumber(0), 0)
    .action(async (output: string, options: SimulateOptions) => {
      await (await import('./simulate.ts')).simulate(output, options);
    });
}

function create(program: Command): Command {
  return program
    .command('new')
    .description('write a commented starting point: a scan class or a configuration')
    .argument('<what>', 'scan or config')
    .argument('<file>', 'file to write, e.g. my-scan.ts or my-run.yaml')
    .action(async (what: string, file: string) => {
      await (await import('./new.ts')).create(what, file);
    });
}

function schema(program: Command): Command {
  return withConfigOptions(program.command('schema'))
    .description('explain parameters: all names, one group, or one parameter')
    .argument('[path]', 'e.g. scans.<label>.data, engines.DM or io.rfile')
    .option('--json-schema', 'print the JSON Schema for editors instead')
    .action(async (path: string | undefined, options: SchemaOptions) => {
      await (await import('./schema.ts')).schema(path, options);
    });
}
