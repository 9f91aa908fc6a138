/** What there is to see of the state of a reconstruction. */
import { itemPowers } from '../../array/item-powers.ts';
import type { ScanPositions, StoredField } from '../../ptyr/result.ts';
import type { FieldInfo, ScanInfo } from '../protocol/messages.ts';

export function fieldInfo(id: string, field: StoredField, isProbe: boolean): FieldInfo {
  const [layers, rows, cols] = field.data.shape;
  return {
    ...{ id, layers, rows, cols, psizeM: field.psizeM, originM: field.originM },
    energyKeV: Number.isFinite(field.energyKeV) ? field.energyKeV : null,
    inPixels: field.inPixels === true,
    power: isProbe ? itemPowers(field.data).map(rounded) : [],
  };
}

/** More digits would make each state of a run a new one. */
function rounded(share: number): number {
  return Math.round(1000 * share) / 1000;
}

/** Of the frames of a scan. */
export type FrameLook = Pick<ScanInfo, 'shape' | 'center'>;

/** Scans of a state; what their frames look like by label, as far as known. */
export function scanInfos(
  positions: Readonly<Record<string, ScanPositions>>,
  looks: ReadonlyMap<string, FrameLook>,
): ScanInfo[] {
  return Object.entries(positions).map(([label, { indices, probeId, objectId }]) => ({
    ...{ label, indices: indices.toSorted((a, b) => a - b), probeId, objectId },
    ...(looks.get(label) ?? { shape: null, center: null }),
    hasModel: true,
  }));
}
