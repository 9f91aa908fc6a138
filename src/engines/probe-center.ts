/** Keeps the probe in the middle of its frame: nothing in the data does. Object and exit waves move along. */
import type { Pair } from '../frames/pair.ts';
import type { Model } from '../model/model.ts';
import type { ProbeStorage } from '../model/storage.ts';

/**
 * Moves every probe whose centre of mass is more than `tolerance` pixels off, by whole pixels, with its object and, for
 * projection engines, its exit waves. Probes that share their object with another probe stay: they fix each other.
 */
export async function centerProbes(model: Model, tolerance: number, withExit: boolean): Promise<void> {
  const { backend } = model;
  const free = [...model.probes.values()].filter(
    ({ id }) => !objectsOf(model, id).some((object) => probesOf(model, object).length > 1),
  );
  const centers = await Promise.all(free.map(({ array }) => backend.centerOfMass(array)));
  for (const [i, probe] of free.entries()) {
    const [down, right] = wayToMiddle(probe, centers[i]);
    // A probe of zeros is nowhere.
    if (!(Math.hypot(down, right) > tolerance)) continue;
    const objects = objectsOf(model, probe.id);
    const shift = [Math.round(down), Math.round(right)] as const;
    backend.roll(probe.array, ...shift);
    for (const id of objects) backend.roll(model.object(id).array, ...shift);
    if (!withExit) continue;
    for (const { probeId, block } of model.blocks)
      if (probeId === probe.id) backend.rollExit(block, ...shift);
  }
}

/** How far a probe must move for its centre to come to pixel N//2, (rows, cols). */
function wayToMiddle({ array }: ProbeStorage, [row, col]: Pair): [number, number] {
  const [, rows, cols] = array.shape;
  return [Math.floor(rows / 2) - row, Math.floor(cols / 2) - col];
}

function objectsOf(model: Model, probeId: string): string[] {
  return unique(
    [...model.scans.values()].filter((scan) => scan.probeId === probeId).map((scan) => scan.objectId),
  );
}

function probesOf(model: Model, objectId: string): string[] {
  return unique(
    [...model.scans.values()].filter((scan) => scan.objectId === objectId).map((scan) => scan.probeId),
  );
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)];
}
