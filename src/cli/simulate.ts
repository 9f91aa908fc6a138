/** `ptyflow simulate`: a scan with a known answer, as a .ptyd or as a folder of NumPy frames. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNpy } from '../array/npy.ts';
import { makeFolder } from '../hdf5/folder.ts';
import { MoonFlowerScan } from '../loaders/moonflower.ts';
import { drainScan } from '../run/prepare.ts';
import type { DataPackage } from '../scan/package.ts';
import { refuseLiveOptions, type LiveOptions } from './live-plan.ts';
import type { CommonOptions } from './options.ts';
import { requireOutput } from './require-output.ts';
import { startSession } from './session.ts';

export interface SimulateOptions extends CommonOptions, LiveOptions {
  readonly frames: number;
  readonly shape: number;
  readonly photons: number;
  readonly density: number;
  readonly pattern: string;
  readonly noise: boolean;
  readonly seed: number;
}

/** Frames made and written at once. */
const CHUNK = 50;

export async function simulate(output: string, options: SimulateOptions): Promise<void> {
  if (options.live === true) {
    const { simulateLive } = await import('./simulate-live.ts');
    return simulateLive(output, options);
  }
  refuseLiveOptions(options);
  await requireOutput(output.endsWith('.ptyd') ? 'ptyd' : 'folder', output);
  const session = startSession(options);
  const asFile = output.endsWith('.ptyd');
  const scan = new MoonFlowerScan(
    {
      num_frames: options.frames,
      shape: options.shape,
      photons: options.photons,
      density: options.density,
      model: options.pattern,
      add_poisson_noise: options.noise,
      seed: options.seed,
      label: 'simulated',
      ...(asFile ? { save: 'append', dfile: output } : {}),
    },
    { signal: session.signal },
  );
  const lines: string[] = [];
  if (!asFile) makeFolder(join(output, 'ccd'));
  await drainScan(scan, 'simulated', CHUNK, session.stage(), (chunk) => {
    if (!asFile) lines.push(...writeFrames(output, chunk));
  });
  if (!asFile) {
    const { distance, energy, psize, shape } = scan.info;
    const geometry = { distance, energy, psize: psize[0], shape: shape?.[0] ?? options.shape };
    writeText(
      join(output, 'geometry.txt'),
      Object.entries(geometry).map(([key, value]) => `${key} ${value}`),
    );
    writeText(join(output, 'positions.txt'), lines);
  }
  session.finish([output]);
}

/** Writes each frame and returns its line of positions.txt. */
function writeFrames(folder: string, chunk: DataPackage): string[] {
  return chunk.iterable.map(({ index, data, position }) => {
    const name = `ccd/diffraction_${String(index).padStart(4, '0')}.npy`;
    if (data !== undefined) writeFileSync(join(folder, name), formatNpy(data), { flag: 'wx' });
    const [y, x] = Array.from(position.data, (value) => value.toExponential(6));
    return `${name} ${y} ${x}`;
  });
}

function writeText(file: string, lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`, { flag: 'wx' });
}
