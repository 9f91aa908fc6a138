/** Frames from a prepared file: as it is (`source: file` or none), or prepared anew (`source: PATH`). */
import { withDefaults, type Given } from '../../params/declare.ts';
import { SCAN_DATA } from '../../params/scan-data.ts';
import { isNone } from '../../params/values.ts';
import { PtyScan, type ScanOptions } from '../../scan/pty-scan.ts';

const PARAMETERS = withDefaults(SCAN_DATA, { source: 'file' });

/** Every scan class reads prepared files where `source` says so; this one has no other source. */
export class PtydScan extends PtyScan {
  static override readonly scanName: string = 'PtydScan';
  static override readonly parameters = PARAMETERS;

  constructor(parameters: Given<typeof PARAMETERS> = {}, options: ScanOptions = {}) {
    super(isNone(parameters.source) ? { ...parameters, source: 'file' } : parameters, options);
  }
}
