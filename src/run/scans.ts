/** From a checked configuration to scans that can be asked for frames. */
import { existsSync } from 'node:fs';
import type { ScanRegistry } from '../loaders/registry.ts';
import { SCAN_DATA } from '../params/scan-data.ts';
import type { PtyScan, ScanOptions } from '../scan/pty-scan.ts';
import type { ScanConfig, ScanDataConfig } from './config-check.ts';

/** Parameters that decide which scan class reads what, changed for a command. */
export type DataOverrides = Readonly<Record<string, unknown>>;

/**
 * The scan of one configuration entry. `source: file` reads the prepared `dfile` and `source: PATH` prepares that file
 * anew, whatever class made it: switching to prepared data changes only `source`.
 */
export function createScan(
  scan: ScanConfig,
  registry: ScanRegistry,
  options: ScanOptions,
  overrides: DataOverrides = {},
): PtyScan {
  const data = { ...scan.data, values: { label: scan.label, ...scan.data.values, ...overrides } };
  if (data.values['label'] === null) data.values['label'] = scan.label;
  const fromPtyd =
    data.name !== 'PtydScan' && data.values['source'] !== null && usesCommonSource(data, registry);
  const given = new Set([...data.given, ...Object.keys(overrides)]);
  if (!fromPtyd) return registry.create(data.name, data.values, { ...options, given });
  const common = Object.entries(data.values).filter(([name]) => name in SCAN_DATA);
  return registry.create(
    'PtydScan',
    { ...Object.fromEntries(common), name: 'PtydScan' },
    { ...options, given },
  );
}

/** A class may give `source` a meaning of its own by declaring it again. */
function usesCommonSource(data: ScanDataConfig, registry: ScanRegistry): boolean {
  return registry.get(data.name)?.['source'] === SCAN_DATA.source;
}

/** Overrides that make a scan read its prepared file, when that is there. */
export function preferPrepared(scan: ScanConfig): DataOverrides {
  const { dfile, source } = scan.data.values;
  const prepared = source === null && dfile !== null && existsSync(dfile);
  return prepared ? { source: 'file', save: null } : {};
}
