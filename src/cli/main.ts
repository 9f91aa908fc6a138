#!/usr/bin/env node
/** The `ptyflow` command. Each subcommand is loaded when it is called, so that `--help` is quick. */
import { CommanderError } from 'commander';
import { MASTER_FIRST_MS } from '../parallel/communicator.ts';
import { mpiLaunch } from '../parallel/launch.ts';
import type { MpiWorld } from '../parallel/mpi.ts';
import { execute } from './execute.ts';
import { exitCodeOf, printError, reportError } from './exit.ts';
import type { CommonOptions } from './options.ts';
import { alone, type World } from './world.ts';

/** Runs the command and reports its error, if any. Returns the exit code. */
async function command(argv: readonly string[], world: World): Promise<number> {
  let options: CommonOptions = {};
  try {
    await execute(argv, world, (given) => {
      options = given;
    });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { rank } = world.communicator;
    // The master says it and ends all, before the others get to it.
    if (rank > 0) await new Promise((resolve) => setTimeout(resolve, MASTER_FIRST_MS));
    // Commander has already said what is wrong with the usage.
    if (error instanceof CommanderError) {
      if (argv.includes('--json')) printError(error.message.replace(/^error: /, ''));
      return 2;
    }
    reportError(error, { debug: options.debug === true, json: options.json === true, rank });
    return exitCodeOf(error);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const launch = mpiLaunch(process.env);
  if (launch === undefined || launch.size === 1) return command(argv, alone());
  let mpi: MpiWorld;
  try {
    mpi = await (await import('../parallel/mpi.ts')).joinMpi(launch);
  } catch (error) {
    reportError(error, { debug: false, json: argv.includes('--json'), rank: 0 });
    return exitCodeOf(error);
  }
  const code = await command(argv, { kind: 'mpi', communicator: mpi.communicator });
  if (code !== 0) mpi.abort(code);
  await mpi.finish();
  return 0;
}

// Whoever read the output has left, as in `ptyflow info FILE | head`: the work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv);
