/** What there is to see of the state of a reconstruction. */
import type { ScanPositions, StoredField } from '../../ptyr/result.ts';
import type { FieldInfo, ScanInfo } from '../protocol/messages.ts';
import { layerPowers } from './layer-powers.ts';

export function fieldInfo(id: string, field: StoredField, isProbe: boolean): FieldInfo {
  const [layers, rows, cols] = field.data.shape;
  return {
    ...{ id, layers, rows, cols, psizeM: field.psizeM, originM: field.originM },
    energyKeV: Number.isFinite(field.energyKeV) ? field.energyKeV : null,
    inPixels: field.inPixels === true,
    power: isProbe ? layerPowers(field.data) : [],
  };
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
