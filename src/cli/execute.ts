/** Parses a command line and runs the command. */
import { Command } from 'commander';
import { isMaster } from '../parallel/communicator.ts';
import { VERSION } from '../version.ts';
import { addCommands } from './commands.ts';
import type { CommonOptions } from './options.ts';
import type { World } from './world.ts';

/** `argv` as in `process.argv`. Throws what the command throws, and CommanderErrors for wrong usage. */
export async function execute(
  argv: readonly string[],
  world: World,
  onOptions: (options: CommonOptions) => void = () => undefined,
): Promise<void> {
  const program = new Command('ptyflow')
    .description('Ptychography: prepare scanning-diffraction data, store it, reconstruct it.')
    .version(VERSION)
    .showHelpAfterError('(see ptyflow --help)')
    .exitOverride()
    .hook('preAction', (_program, command) => {
      onOptions(command.opts<CommonOptions>());
    });
  // The master alone shows help, the version and wrong usage.
  if (!isMaster(world.communicator)) {
    program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  }
  addCommands(program, world);
  await program.parseAsync([...argv]);
}
