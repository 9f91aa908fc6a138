/** `ptyflow` in Node: all that it is in a browser, scans that read files, and runs. */
export * from './index.ts';
export { PtyScan, type Availability, type ScanOptions } from './scan/pty-scan.ts';
export type { Common } from './scan/common.ts';
export type { FrameInput, LoadedFrames, PositionInput, RawFrames } from './scan/load.ts';
export type { Region } from './scan/prepare/crop.ts';
export { ArrayScan, type ScanArrays } from './loaders/arrays/loader.ts';
export { Hdf5Loader } from './loaders/hdf5/loader.ts';
export { MoonFlowerScan } from './loaders/moonflower/loader.ts';
export { PtydScan } from './loaders/ptyd/loader.ts';
export { QuickScan } from './loaders/quick/loader.ts';
export { SimScan } from './loaders/simscan/loader.ts';
export { WatchLoader } from './loaders/watch/loader.ts';
export type { RunEvent, EventListener } from './run/events.ts';
export { startRun, type ConfigSource, type StartOptions } from './run/run.ts';
export type { Run, RunResult } from './run/control/remote-run.ts';
export type { RunChanges, RunPlace } from './run/control/requests.ts';
export type { Snapshot } from './run/control/snapshot.ts';
export { saveScan } from './run/scans/save-scan.ts';
