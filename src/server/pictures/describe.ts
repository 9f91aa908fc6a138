/** What there is to see of the state of a reconstruction. */
import { item } from '../../array/ndarray.ts';
import type { ScanPositions, StoredField } from '../../ptyr/result.ts';
import type { FieldInfo, ScanInfo } from '../protocol/messages.ts';

export function fieldInfo(id: string, field: StoredField, isProbe: boolean): FieldInfo {
  const [layers, rows, cols] = field.data.shape;
  return {
    ...{ id, layers, rows, cols, psizeM: field.psizeM, originM: field.originM },
    energyKeV: Number.isFinite(field.energyKeV) ? field.energyKeV : null,
    inPixels: field.inPixels === true,
    power: isProbe ? powers(field, layers) : [],
  };
}

/** The share of each layer in the power of all. */
function powers({ data }: StoredField, layers: number): number[] {
  const each = Array.from({ length: layers }, (_, layer) => {
    let sum = 0;
    for (const value of item(data, layer).data as Float32Array | Float64Array) sum += value * value;
    return sum;
  });
  const all = each.reduce((sum, one) => sum + one, 0);
  // More digits would make each state a new one.
  return each.map((one) => (all > 0 ? Math.round((1000 * one) / all) / 1000 : 0));
}

/** Scans of a state; `shapes` of the frames by label, as far as known. */
export function scanInfos(
  positions: Readonly<Record<string, ScanPositions>>,
  shapes: ReadonlyMap<string, readonly [number, number]>,
): ScanInfo[] {
  return Object.entries(positions).map(([label, { indices, probeId, objectId }]) => ({
    ...{ label, indices: indices.toSorted((a, b) => a - b), probeId, objectId },
    shape: shapes.get(label) ?? null,
    hasModel: true,
  }));
}
