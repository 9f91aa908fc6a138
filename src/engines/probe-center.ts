/** Keeps the probe in the middle of its frame: nothing in the data does. Object and exit waves move along. */
import type { NdArray } from '../array/ndarray.ts';
import type { Model } from '../model/model.ts';

/** How far to move (rows, cols) a probe (modes, rows, cols) so that its centre of mass comes to pixel N//2, whole pixels. */
export function offCenter(
  probe: NdArray<'complex64' | 'complex128' | 'float32' | 'float64'>,
): [number, number] {
  const [modes, rows, cols] = probe.shape;
  const { data } = probe;
  let power = 0;
  let rowSum = 0;
  let colSum = 0;
  for (let mode = 0, i = 0; mode < modes; mode++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++, i += 2) {
        const p = data[i] * data[i] + data[i + 1] * data[i + 1];
        power += p;
        rowSum += p * r;
        colSum += p * c;
      }
    }
  }
  if (power === 0) return [0, 0];
  return [Math.floor(rows / 2) - rowSum / power, Math.floor(cols / 2) - colSum / power];
}

/**
 * Moves every probe whose centre of mass is more than `tolerance` pixels off, by whole pixels, with its object and, for
 * projection engines, its exit waves. Probes that share their object with another probe stay: they fix each other.
 */
export async function centerProbes(model: Model, tolerance: number, withExit: boolean): Promise<void> {
  const { backend } = model;
  for (const probe of model.probes.values()) {
    const objects = objectsOf(model, probe.id);
    if (objects.some((id) => probesOf(model, id).length > 1)) continue;
    const [down, right] = offCenter(await backend.read(probe.array));
    if (Math.hypot(down, right) <= tolerance) continue;
    const shift = [Math.round(down), Math.round(right)] as const;
    backend.roll(probe.array, ...shift);
    for (const id of objects) backend.roll(model.object(id).array, ...shift);
    if (!withExit) continue;
    for (const { probeId, block } of model.blocks)
      if (probeId === probe.id) backend.rollExit(block, ...shift);
  }
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
