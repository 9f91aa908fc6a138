/**
 * In Node: all that `ptyflow/browser` has, scans that read files, and runs.
 *
 * @module ptyflow
 */
export * from './index.ts';
export { Hdf5Loader } from './loaders/hdf5/loader.ts';
export { PtydScan } from './loaders/ptyd/loader.ts';
export { QuickScan } from './loaders/quick/loader.ts';
export { SimScan } from './loaders/simscan/loader.ts';
export { WatchLoader } from './loaders/watch/loader.ts';
export type { RunEvent, EventListener } from './run/events.ts';
export { startRun, type ConfigSource, type StartOptions } from './run/run.ts';
export type { Run, RunResult } from './run/control/remote-run.ts';
export type { RunChanges } from './run/control/requests.ts';
export type {
  AskedFrames,
  Prepared,
  PreparedFrame,
  PreparedScan,
  RunPlace,
  Snapshot,
  SnapshotOptions,
} from './run/control/snapshot.ts';
export type { ViewFrame } from './model/view-frames.ts';
export { saveScan } from './run/scans/save-scan.ts';
