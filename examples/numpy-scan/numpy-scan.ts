/** The tutorial's scan: geometry.txt, positions.txt and ccd/*.npy in one folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parameters as p, parseNpy, PtyScan } from 'ptyflow';
import type { LoadedFrames, NdArray, RawMeta, RealDType } from 'ptyflow';

const PARAMETERS = p.extend(p.SCAN_DATA, {
  base_path: p.param(p.path(), { default: './sim', help: 'Folder of the experiment.' }),
});

export class NumpyScan extends PtyScan<typeof PARAMETERS> {
  static override readonly parameters = PARAMETERS;

  async #lines(name: string): Promise<string[][]> {
    const text = await readFile(join(this.info.base_path, name), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
  }

  protected override async loadCommon(): Promise<RawMeta> {
    return Object.fromEntries(
      (await this.#lines('geometry.txt')).map(([key, value]) => [key, Number(value)]),
    );
  }

  protected override async loadPositions(): Promise<number[][]> {
    return (await this.#lines('positions.txt')).map(([, y, x]) => [Number(y), Number(x)]);
  }

  protected override async load(indices: readonly number[]): Promise<LoadedFrames> {
    const files = (await this.#lines('positions.txt')).map(([file]) => join(this.info.base_path, file));
    const frames = await Promise.all(indices.map(async (i) => parseNpy(await readFile(files[i]), files[i])));
    return { frames: frames as NdArray<RealDType>[] };
  }
}
