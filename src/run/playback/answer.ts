/** The known answer of a simulated scan, as a reconstruction file to compare others with. */
import { join } from 'node:path';
import type { NdArray } from '../../array/ndarray.ts';
import type { Pair } from '../../frames/pair.ts';
import { storageId, type Result, type StoredField } from '../../ptyr/result.ts';
import { writePtyr } from '../../ptyr/writer.ts';
import type { MoonflowerExperiment } from '../../simulation/moonflower.ts';
import { VERSION } from '../../version.ts';

const LABEL = 'simulated';

/** `scan.h5` → `scan_answer.ptyr`; in a folder `answer.ptyr`. */
export function answerName(output: string, isFolder: boolean): string {
  return isFolder ? join(output, 'answer.ptyr') : output.replace(/(\.[^./]*)?$/, '_answer.ptyr');
}

/** Probe, object and positions of the experiment. */
export async function writeAnswer(
  file: string,
  experiment: MoonflowerExperiment,
  energyKeV: number,
): Promise<void> {
  const { geometry, positionsM, probe, object, objectOriginM } = experiment;
  const psizeM = geometry.resolutionM;
  const half = geometry.shape.map((size, axis) => Math.floor(size / 2) * psizeM[axis]);
  const field = (data: NdArray, originM: Pair): StoredField => ({
    ...{ data: { ...data, shape: [1, ...data.shape] }, psizeM, originM, energyKeV },
  });
  const id = storageId(LABEL);
  const result: Result = {
    probes: { [id]: field(probe, [-half[0], -half[1]]) },
    // A view at `objectOriginM` begins at the first pixel; positions are those of the middle.
    objects: { [id]: field(object, [objectOriginM[0] - half[0], objectOriginM[1] - half[1]]) },
    positions: {
      [LABEL]: {
        indices: Array.from({ length: positionsM.shape[0] }, (_, i) => i),
        ...{ positions: positionsM, measured: positionsM, probeId: id, objectId: id },
      },
    },
    ...{ config: {}, history: [], started: new Date(), software: `ptyflow ${VERSION}` },
  };
  await writePtyr(file, result);
}
