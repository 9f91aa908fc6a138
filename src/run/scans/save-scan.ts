/** A scan prepared and saved by a program. */
import { ConfigError } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';
import { consoleLog } from '../../log.ts';
import { singleCommunicator } from '../../parallel/single.ts';
import type { PtyScan } from '../../scan/pty-scan.ts';
import type { EventListener } from '../events.ts';
import { drainScan } from './prepare.ts';

/** Frames in a chunk at most; memory may allow fewer. */
const CHUNK = 256;

/**
 * Prepares a scan to its end and saves it where its `dfile` says; returns the number of frames. Throws a `ConfigError` for a scan
 * whose parameters do not say `save`, and what preparation throws.
 */
export async function saveScan(scan: PtyScan, onEvent: EventListener = () => undefined): Promise<number> {
  const { save, label } = scan.info;
  if (save === null) {
    const message = "is needed: 'append', 'link' or 'merge', with the file name in dfile";
    throw new ConfigError([{ path: 'save', message }]);
  }
  const stage = {
    communicator: singleCommunicator(),
    registry: new ScanRegistry(),
    log: consoleLog,
    onEvent,
  };
  return drainScan(scan, label ?? 'scan', CHUNK, stage, () => undefined);
}
