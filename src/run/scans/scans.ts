/** From a checked configuration to scans that can be asked for frames. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { standingAt } from '../../ptyd/standing.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { ScanConfig } from '../config/config-check.ts';
import type { StageOptions } from '../options.ts';
import type { DataOverrides } from '../options.ts';

/**
 * The scan of one configuration entry. Its class reads the prepared `dfile` with `source: file`: switching to prepared data
 * changes only `source`.
 */
export function createScan(
  { label, data }: ScanConfig,
  { registry, scans, communicator, signal, log, follow, resumePreparation }: StageOptions,
  overrides: DataOverrides = {},
): PtyScan {
  const given = scans?.get(label);
  if (given !== undefined) return given;
  const options = {
    communicator,
    signal,
    log,
    follow: follow !== undefined,
    resume: resumePreparation === true,
    label,
  };
  return registry.create(data.name, { ...data.parameters, ...overrides }, options);
}

/** What a scan has been prepared to, as it is. */
export function createPrepared(
  { label, data }: ScanConfig,
  { registry, communicator, signal, log }: StageOptions,
  dfile: string,
): PtyScan {
  const { load_parallel, min_frames } = data.values;
  const parameters = { label, dfile, source: 'file', load_parallel, min_frames };
  return registry.create('PtydScan', parameters, { communicator, signal, log });
}

/** How a command reads scans: as the configuration says, or as they have been prepared. */
export type Reading =
  | 'configured'
  /** Those that the configuration saves, as they have been saved where that is so. */
  | 'saved'
  /** All, where that is so. */
  | 'prepared'
  /** All; they may be still to come. */
  | 'prepared live';

/** What a command that reads scans so sets in place of what the configuration says. */
export function overridesFor(reading: Reading): (scan: ScanConfig) => Promise<DataOverrides> | DataOverrides {
  switch (reading) {
    case 'configured':
      return () => ({});
    case 'saved':
      return (scan) => (scan.data.values.save === null ? {} : preferPrepared(scan));
    case 'prepared':
      return preferPrepared;
    case 'prepared live':
      return followPrepared;
  }
}

/** What makes a scan be saved, in the folder `output` if that is given. */
export function savingOverrides(output: string | undefined): (scan: ScanConfig) => DataOverrides {
  return ({ label, data }) => {
    const { save, dfile } = data.values;
    const name = dfile ?? `${label}.ptyd`;
    return { save: save ?? 'append', dfile: output === undefined ? name : join(output, basename(name)) };
  };
}

/** Overrides that make a scan read its prepared file, which may be still to come. */
function followPrepared({ data }: ScanConfig): DataOverrides {
  const { dfile, source } = data.values;
  return source === null && dfile !== null ? { source: 'file', save: null } : {};
}

/** Overrides that make a scan read its prepared file, when that is there. One without any frames counts as none. */
async function preferPrepared({ data }: ScanConfig): Promise<DataOverrides> {
  const { dfile, source } = data.values;
  if (source !== null || dfile === null || !existsSync(dfile)) return {};
  const there = await standingAt(dfile);
  const isHusk = there.kind === 'ptyd' && there.frames === 0 && there.suffixes.length === 0;
  return isHusk ? {} : { source: 'file', save: null };
}
