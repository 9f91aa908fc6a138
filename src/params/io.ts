/** The parameters of a run as a whole: how much it says, what it saves and where, what it computes with. */
import * as z from 'zod';
import type { LogLevel } from '../log.ts';
import { BACKENDS } from './backends.ts';
import { ignored, param, type Values } from './declare.ts';
import { bool, choice, custom, float, int, nullable, path, text } from './types.ts';

/** Levels of the log by ptypy's names and numbers. */
const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  CRITICAL: 'error',
  ERROR: 'error',
  WARNING: 'warn',
  WARN: 'warn',
  INTERACTIVE: 'info',
  INFO: 'info',
  INSPECT: 'debug',
  DEBUG: 'debug',
};
/** By ptypy's number, and by that of Python's logging. */
const LEVEL_NUMBERS: ReadonlyMap<number, LogLevel> = new Map<number, LogLevel>([
  ...(['error', 'error', 'warn', 'info', 'debug', 'debug', 'debug'] as const).entries(),
  [10, 'debug'],
  [15, 'debug'],
  [20, 'info'],
  [25, 'info'],
  [30, 'warn'],
  [40, 'error'],
  [50, 'error'],
]);

/** `Info`, `3` and so on; undefined for anything else. */
function levelOf(given: string): LogLevel | undefined {
  const name = given.trim().toUpperCase();
  if (Object.hasOwn(LEVEL_NAMES, name)) return LEVEL_NAMES[name];
  return /^\d+$/.test(name) ? LEVEL_NUMBERS.get(Number(name)) : undefined;
}

const verbosity = custom(
  z.union([z.int(), z.string()]).transform((given, context): LogLevel => {
    const level = levelOf(String(given));
    if (level !== undefined) return level;
    context.addIssue({ code: 'custom', message: 'not a level' });
    return z.NEVER;
  }),
  'error · warn · info · debug · int 0..6',
  "error, warn, info or debug, another of ptypy's names (critical, warning, interactive, inspect), or its number from 0 to 6",
);

const PATTERN_HELP = 'A pattern with `%(run)s`, `%(engine)s` and `%(iterations)04d`, relative to `io.home`.';

export const IO = {
  home: param(path(), {
    default: './',
    help: 'Folder that everything a reconstruction writes is relative to.',
  }),
  rfile: param(nullable(text()), {
    default: 'recons/%(run)s/%(run)s_%(engine)s_%(iterations)04d.ptyr',
    help: `Reconstruction file, written after every engine. ${PATTERN_HELP} None: not saved.`,
  }),
  rformat: ignored('Reconstruction files hold positions, errors and the configuration always.'),
  autosave: {
    active: param(bool(), { default: true, help: 'Save the reconstruction while it runs.' }),
    interval: param(int({ min: -1 }), {
      default: 10,
      unit: 'iterations',
      help: 'Iterations between two such files; 0 or less: none.',
    }),
    share: param(float({ above: 0, max: 1 }), {
      default: 0.03,
      help: 'Largest fraction of the running time that saving may take; a file that would exceed it is left to the next interval. 1: save at every interval, and engines wait for a slow disk. Not in ptypy.',
    }),
    rfile: param(text(), {
      default: 'dumps/%(run)s/%(run)s_%(engine)s_%(iterations)04d.ptyr',
      help: `Their name. ${PATTERN_HELP}`,
    }),
    state: param(bool(), {
      default: true,
      help: 'Also save what the engine needs to resume exactly (`--resume`), here and when a run is stopped; exit waves of `DM` and `RAAR` make these files large. Not in ptypy.',
    }),
  },
  autoplot: {
    active: param(bool(), {
      default: true,
      help: 'Make pictures while the reconstruction runs, if `dump` is on.',
    }),
    imfile: param(text(), {
      default: 'plots/%(run)s/%(run)s_%(engine)s_%(iterations)04d.png',
      help: `Name of the pictures. ${PATTERN_HELP}`,
    }),
    interval: param(int({ min: -1 }), {
      default: 1,
      unit: 'iterations',
      help: 'Iterations between two pictures; 0 or less: none.',
    }),
    dump: param(bool(), { default: false, help: 'Save the phase of the object as a picture on the way.' }),
    threaded: ignored('Pictures are drawn beside the reconstruction.'),
    layout: ignored('There is one layout.'),
    make_movie: ignored('Pictures are saved one by one.'),
  },
  pictures: param(bool(), {
    default: true,
    help: 'Draw the result: phase and amplitude of the object, probe, errors, positions. Not in ptypy.',
  }),
  interaction: ignored('ptypy’s plotting client cannot connect.'),
  benchmark: ignored('Times are part of the events.'),
};

export const RUN = {
  verbose_level: param(verbosity, { default: 'warn', help: 'How much is printed on the terminal.' }),
  data_type: param(choice(['single', 'double']), {
    default: 'single',
    help: 'Precision of the arrays in reconstruction files.',
  }),
  run: param(nullable(text()), {
    default: null,
    help: 'Name of the run, `%(run)s` in file names. None: the name of the configuration file.',
  }),
  frames_per_block: param(int({ min: 1 }), {
    default: 100_000,
    unit: 'frames',
    help: 'Largest number of frames that are asked for and computed on at once.',
  }),
  min_frames_for_recon: param(int({ min: 0 }), {
    default: 0,
    unit: 'frames',
    help: 'A reconstruction that follows its scans begins when all of them together have this many frames, or are over.',
  }),
  io: IO,
  compute: {
    backend: param(choice(BACKENDS), {
      default: 'wasm',
      help: 'Backend that computes: `wasm`, WebAssembly in single precision; `reference`, JavaScript in double precision, 20 times slower. Not in ptypy.',
    }),
  },
  dry_run: ignored('Without effect in ptypy as well.'),
  ipython_kernel: ignored('There is no Python.'),
};

export type RunParameters = Values<typeof RUN>;
