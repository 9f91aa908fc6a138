/**
 * Runs in a browser too: arrays, parameters, scans, errors.
 *
 * @module ptyflow/browser
 */
export {
  AbortedError,
  ConfigError,
  DataError,
  DivergedError,
  FileError,
  PtyflowError,
  RankError,
  type ConfigIssue,
} from './errors.ts';
export type { Log } from './log.ts';
export { VERSION } from './version.ts';
export {
  astype,
  fromNumbers,
  isNdArray,
  item,
  ndarray,
  sliceFirst,
  takeFirst,
  toNumbers,
  zeros,
  type ComplexDType,
  type DType,
  type NdArray,
  type RealDType,
  type TypedArray,
} from './array/ndarray.ts';
export { EOS, WAIT, type AutoAnswer, type DataPackage, type PackageItem } from './frames/package.ts';
export type { Chunk, Meta, Propagation } from './frames/chunk.ts';
export type { Pair } from './frames/pair.ts';
export type {
  CorrectedFrames,
  FrameInput,
  LoadedFrames,
  PositionInput,
  RawFrames,
  RawMeta,
} from './frames/raw.ts';
export type { Region } from './frames/region.ts';
export { formatNpy, parseNpy } from './array/npy.ts';
export { report } from './array/report.ts';
export * as parameters from './doors/parameters.ts';
export { PtyScan, type Availability, type ScanOptions } from './scan/pty-scan.ts';
export { ArrayScan, type ScanArrays } from './loaders/arrays/loader.ts';
export { QueueScan, type PushedFrame } from './loaders/queue/loader.ts';
export { MoonFlowerScan } from './loaders/moonflower/loader.ts';
