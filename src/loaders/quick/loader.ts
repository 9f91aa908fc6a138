/** Frames without physics, for load tests: every pixel of frame j has the value j. */
import { allocate } from '../../array/ndarray.ts';
import type { LoadedFrames, RawMeta } from '../../frames/raw.ts';
import { extend, param } from '../../params/declare.ts';
import { madeGeometry, SCAN_DATA } from '../../params/scan-data.ts';
import { int } from '../../params/types.ts';
import { PtyScan } from '../../scan/pty-scan.ts';

const PARAMETERS = extend(SCAN_DATA, {
  ...madeGeometry({ energy: 7.2, distance: 7.19, psize: 1.72e-4 }),
  num_frames: param(int({ min: 1 }), { default: 100, unit: 'frames', help: 'Frames to make.' }),
});

/** Frames without physics, (256, 256) unless `shape` says otherwise: every pixel of frame j has the value j. For load tests. */
export class QuickScan extends PtyScan<typeof PARAMETERS> {
  static override readonly scanName: string = 'QuickScan';
  static override readonly parameters = PARAMETERS;

  protected override loadPositions(): [number, number][] {
    const side = Math.ceil(Math.sqrt(this.info.num_frames));
    return Array.from({ length: this.info.num_frames }, (_, i) => [
      Math.floor(i / side) * 1e-6,
      (i % side) * 1e-6,
    ]);
  }

  protected override loadCommon(): RawMeta {
    return { frameShape: this.info.shape ?? [256, 256] };
  }

  protected override load(indices: readonly number[]): LoadedFrames {
    const [rows, cols] = this.info.shape ?? [256, 256];
    const data = allocate('uint16', indices.length * rows * cols);
    indices.forEach((index, i) => data.fill(index % 65535, i * rows * cols, (i + 1) * rows * cols));
    return { frames: { dtype: 'uint16', shape: [indices.length, rows, cols], data } };
  }
}
