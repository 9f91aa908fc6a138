/** From a checked configuration to scans that can be asked for frames. */
import { existsSync } from 'node:fs';
import type { PtyScan } from '../scan/pty-scan.ts';
import type { ScanConfig } from './config-check.ts';
import type { StageOptions } from './prepare.ts';

/** Parameters of a scan that a command sets, whatever the configuration says. */
export type DataOverrides = Readonly<Record<string, unknown>>;

/**
 * The scan of one configuration entry. Its class reads the prepared `dfile` with `source: file`: switching to prepared data
 * changes only `source`.
 */
export function createScan(
  { label, data }: ScanConfig,
  { registry, communicator, signal, follow, resumePreparation }: StageOptions,
  overrides: DataOverrides = {},
): PtyScan {
  const options = {
    communicator,
    signal,
    follow: follow !== undefined,
    resume: resumePreparation === true,
    label,
  };
  return registry.create(data.name, { ...data.parameters, ...overrides }, options);
}

/** Overrides that make a scan read its prepared file, which may be still to come. */
export function followPrepared({ data }: ScanConfig): DataOverrides {
  const { dfile, source } = data.values;
  return source === null && dfile !== null ? { source: 'file', save: null } : {};
}

/** Overrides that make a scan read its prepared file, when that is there. */
export function preferPrepared({ data }: ScanConfig): DataOverrides {
  const { dfile, source } = data.values;
  const prepared = source === null && dfile !== null && existsSync(dfile);
  return prepared ? { source: 'file', save: null } : {};
}
