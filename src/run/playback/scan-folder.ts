/** A folder of NumPy frames as `simulate` writes it, at once or as it would be measured. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NdArray, RealDType } from '../../array/ndarray.ts';
import { formatNpy } from '../../array/npy.ts';
import { makeFolder } from '../../files/folder.ts';
import type { LiveSource } from './source.ts';

/**
 * `geometry.txt` (distance, energy, psize, shape), `ccd/frame_000000.npy` and on, `positions.txt` with a line `name y x` for each
 * scan point in order, and in the end an empty file `done`. Frames may come out of order; the lines of those before come with them.
 */
export class ScanFolder {
  readonly #folder: string;
  readonly #source: LiveSource;
  #placed = 0;

  constructor(folder: string, source: LiveSource) {
    const frames = join(folder, 'ccd');
    makeFolder(frames);
    const { energy, distance, psize, shape } = source;
    const geometry = { distance, energy, psize: psize[0], shape: shape[0] };
    const lines = Object.entries(geometry).map(([key, value]) => `${key} ${value}\n`);
    writeFileSync(join(folder, 'geometry.txt'), lines.join(''), { flag: 'wx' });
    writeFileSync(join(folder, 'positions.txt'), '', { flag: 'wx' });
    this.#folder = folder;
    this.#source = source;
  }

  /** A frame (1, rows, cols) of a scan point, under its own name when it is whole. */
  add(point: number, frame: NdArray<RealDType>): void {
    const { positions, shape } = this.#source;
    for (; this.#placed <= point; this.#placed++) {
      const line = `${nameOf(this.#placed)} ${positions[this.#placed].join(' ')}\n`;
      appendFileSync(join(this.#folder, 'positions.txt'), line);
    }
    const file = join(this.#folder, nameOf(point));
    writeFileSync(`${file}.tmp`, formatNpy({ ...frame, shape }));
    renameSync(`${file}.tmp`, file);
  }

  end(): void {
    writeFileSync(join(this.#folder, 'done'), '');
  }
}

function nameOf(point: number): string {
  return `ccd/frame_${String(point).padStart(6, '0')}.npy`;
}
