/** Whose probe and object a scan uses: its own, or those of the scan that it shares with, who may share in turn. */
import type { ScanConfig } from '../config/config-check.ts';

/** Scans whose configurations say what a scan starts from. */
export interface Owners {
  readonly probe: ScanConfig;
  readonly object: ScanConfig;
}

/** The scans whose probe and object `scan` uses. */
export function ownersOf(scan: ScanConfig, scans: readonly ScanConfig[]): Owners {
  return {
    probe: ownerOf(scan, scans, 'probe_share_with'),
    object: ownerOf(scan, scans, 'object_share_with'),
  };
}

export type Share = 'probe_share_with' | 'object_share_with';

/** The scan whose probe or object `scan` uses. Scans that share in a circle use that of the first of them. */
export function ownerOf(scan: ScanConfig, scans: readonly ScanConfig[], share: Share): ScanConfig {
  const passed = [scan];
  for (let at = scan; ;) {
    const next = scans.find(({ label }) => label === at.model.sharing[share]);
    if (next === undefined) return at;
    const start = passed.indexOf(next);
    if (start >= 0) {
      const circle = passed.slice(start);
      return scans.find((one) => circle.includes(one)) ?? at;
    }
    passed.push(next);
    at = next;
  }
}
