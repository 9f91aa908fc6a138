/** What a job writes is its own while it goes on: another that would write there is refused, in this process or in another one. */
import { dirname, join } from 'node:path';
import { takeLock, type Lock } from '../../files/lock.ts';
import type { EventListener } from '../events.ts';
import { OutputNames } from '../results/file-names.ts';
import type { Job, ReconstructionJob } from './job.ts';

export interface Claims {
  release(): void;
}

/** Throws a `FileError` that names who writes there. `onEvent` hears of what was left by a run that was killed. */
export function claim(job: Job, onEvent: EventListener): Claims {
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks.splice(0).reverse()) lock.release();
  };
  try {
    for (const { name, what } of placesOf(job)) {
      const lock = takeLock(name, what);
      locks.push(lock);
      if (lock.abandoned !== undefined) onEvent({ event: 'warning', message: lock.abandoned });
    }
  } catch (error) {
    release();
    throw error;
  }
  return { release };
}

/** A name to hold, and what to call it. */
interface Place {
  readonly name: string;
  readonly what: string;
}

/** In an order that two jobs share. */
function placesOf(job: Job): Place[] {
  switch (job.kind) {
    case 'simulation':
      return [];
    case 'preparation':
      return [...new Set(job.saves)].sort().map((file) => ({ name: file, what: file }));
    case 'reconstruction':
      return foldersOf(job).map((folder) => ({
        name: join(folder, job.name.replaceAll(/[\\/]/g, '_')),
        what: `run ${job.name} in ${folder}`,
      }));
  }
}

/** Where a run is to write. A run that writes nothing, unless it is stopped, keeps no other from its folder. */
function foldersOf({ config, name, output }: ReconstructionJob): string[] {
  const { rfile, autosave, autoplot, pictures, home } = config.io;
  const names = new OutputNames(home, output);
  const patterns = [
    ...(rfile === null ? [] : [rfile]),
    ...(autosave.active ? [autosave.rfile] : []),
    ...(autoplot.active && autoplot.dump ? [autoplot.imfile] : []),
    ...(pictures && rfile === null ? ['pictures'] : []),
  ];
  const folders = patterns.flatMap((pattern) =>
    config.engines.map((engine) =>
      dirname(names.file(pattern, { run: name, engine: engine.name, iterations: 0 })),
    ),
  );
  return [...new Set(folders)].sort();
}
