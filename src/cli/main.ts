#!/usr/bin/env node
/** The `ptyflow` command. Each subcommand is loaded when it is called, so that `--help` is quick. */
import { Command, CommanderError } from 'commander';
import { VERSION } from '../version.ts';
import { exitCodeOf, reportError } from './exit.ts';
import type { CommonOptions } from './options.ts';
import { addCommands } from './commands.ts';

async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('ptyflow')
    .description('Ptychography: prepare scanning-diffraction data, store it, reconstruct it.')
    .version(VERSION)
    .showHelpAfterError('(see ptyflow --help)')
    .exitOverride();
  addCommands(program);
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    // Commander has already said what is wrong with the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const options: Partial<CommonOptions> = program.args.length > 0 ? currentOptions(program) : {};
    reportError(error, { debug: options.debug === true, json: options.json === true });
    return exitCodeOf(error);
  }
}

function currentOptions(program: Command): Partial<CommonOptions> {
  const command = program.commands.find((candidate) => candidate.name() === program.args[0]);
  return command?.opts<Partial<CommonOptions>>() ?? {};
}

process.exitCode = await main(process.argv);
