/** The third way of use with real processes: h5py writes in SWMR mode, one command prepares, another reconstructs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../src/run/events.ts';
import { peer } from './peer.ts';
import { COMMAND, ptyflow } from './ptyflow.ts';

const PREPARE = (frames: number): string => `
scans:
  S:
    data:
      name: SwmrLoader
      intensities: { file: raw.h5, key: entry/data, live_key: entry/keys }
      positions: { file: raw.h5, slow_key: entry/y, fast_key: entry/x }
      num_frames: ${frames}
      shape: null
      distance: 7.0
      energy: 6.2
      psize: 172e-6
      dfile: prepared/S.ptyd
      save: link
`;

const reconstruction = (dfile: string): string => `
run: live
io: { pictures: false }
scans:
  S: { data: { name: PtydScan, dfile: ${dfile} }, illumination: { aperture: { form: circ, size: 3.6e-6 } } }
engines:
  l: { name: LSQML, numiter: 30 }
`;

export interface LiveScan {
  /** Exit codes of writer, preparation and reconstruction. */
  readonly codes: readonly (number | null)[];
  /** Events of the reconstruction. */
  readonly events: readonly RunEvent[];
  /** Reconstructions of the frames that came live, and of the same frames offline. */
  readonly live: string;
  readonly offline: string;
}

/** `rate`: frames a second. */
export async function liveScan(folder: string, frames: number, rate: number): Promise<LiveScan> {
  const python = peer('h5py');
  const simulated = ptyflow(
    ['simulate', 'sim.ptyd', '--frames', String(frames), '--shape', '64', '--density', '0.1'],
    folder,
  );
  if (simulated.status !== 0) throw new Error(simulated.stderr);
  writeFileSync(join(folder, 'prepare.yaml'), PREPARE(frames));
  writeFileSync(join(folder, 'live.yaml'), reconstruction('prepared/S.ptyd'));
  writeFileSync(join(folder, 'offline.yaml'), reconstruction('sim.ptyd'));

  // Either may start first: the reconstruction waits for the preparation, and that for the detector.
  const events: RunEvent[] = [];
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [COMMAND, ...args, '--follow', '--ranks', '1'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const reconstruct = start(['reconstruct', 'live.yaml', '-o', 'live', '--json']);
  const waiting = new Promise<void>((resolve) => {
    createInterface({ input: reconstruct.stdout ?? process.stdin }).on('line', (line) => {
      const event = JSON.parse(line) as RunEvent;
      events.push(event);
      if (event.event === 'waiting') resolve();
      // The second half comes when the first is being reconstructed.
      if (event.event === 'iteration') writeFileSync(join(folder, 'go'), '');
    });
  });
  await waiting;
  const prepare = start(['prepare', 'prepare.yaml', '--quiet']);
  const writer = spawn(
    python,
    [join(import.meta.dirname, 'swmr_writer.py'), 'sim.ptyd', 'raw.h5', String(rate), 'go'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const processes = [writer, prepare, reconstruct];
  await Promise.all(processes.map((process) => once(process, 'close')));
  const offline = ptyflow(
    ['reconstruct', 'offline.yaml', '-o', 'offline', '--ranks', '1', '--quiet'],
    folder,
  );
  if (offline.status !== 0) throw new Error(offline.stderr);
  const saved = events.flatMap((event) =>
    event.event === 'saved' && event.what === 'ptyr' ? [event.file] : [],
  );
  return {
    codes: processes.map(({ exitCode }) => exitCode),
    events,
    live: saved[saved.length - 1],
    offline: join(folder, 'offline', 'live_LSQML_0030.ptyr'),
  };
}
