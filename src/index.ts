/** What runs everywhere, browsers included: arrays, geometry, simulation, scans in memory, models, engines, quality. */
export * from './errors.ts';
export type { Log } from './log.ts';
export { VERSION } from './version.ts';
export * from './array/ndarray.ts';
export { formatNpy, parseNpy } from './array/npy.ts';
export { report } from './array/report.ts';
export * from './params/declare.ts';
export * from './params/types.ts';
export { SCAN_DATA, type ScanData } from './params/scan-data.ts';
export { ENGINE_GROUPS } from './params/engines.ts';
export { translateCenter } from './geometry/centers.ts';
export { grids } from './geometry/grids.ts';
export {
  createGeometry,
  createPropagator,
  type Propagator,
  type PropagatorGeometry,
} from './geometry/propagation.ts';
export { scanPositions } from './geometry/scan-patterns.ts';
export { electronWavelengthM, resolution, wavelengthM } from './geometry/units.ts';
export { createIllumination } from './simulation/aperture.ts';
export { createMoonflowerExperiment, type MoonflowerExperiment } from './simulation/moonflower.ts';
export type { Communicator } from './parallel/communicator.ts';
export { LoadBalance } from './parallel/balance.ts';
export { singleCommunicator } from './parallel/single.ts';
export { createSeats, takeSeat, type Seat } from './parallel/threads.ts';
export type { Backend } from './compute/backend.ts';
export {
  createBackend,
  type BackendName,
  type BackendReport,
  type CreatedBackend,
} from './compute/create.ts';
export { createReferenceBackend } from './compute/reference/reference.ts';
export { createWasmBackend } from './compute/wasm/wasm.ts';
export * from './scan/package.ts';
export { makePackage } from './scan/make-package.ts';
export { PtyScan, type Availability, type Given, type ScanOptions } from './scan/pty-scan.ts';
export type { Common } from './scan/common.ts';
export type { LoadedFrames, RawFrames } from './scan/load.ts';
export type { Region } from './scan/prepare/crop.ts';
export { ArrayScan, type ScanArrays } from './loaders/arrays/loader.ts';
export { MoonFlowerScan } from './loaders/moonflower/loader.ts';
export { DEFAULT_START, Model, type ScanStart } from './model/model.ts';
export { createEngine, ENGINE_NAMES } from './engines/registry.ts';
export type { Engine, IterationResult } from './engines/engine.ts';
export type { EngineState } from './engines/engine-state.ts';
export { alignObjects } from './quality/align.ts';
export { ringCorrelation, type RingCorrelation } from './quality/frc/frc.ts';
export { compareObjects, type LitObject, type ObjectComparison } from './quality/frc/frc-objects.ts';
export { modePowers } from './quality/mode-powers.ts';
export { scanStatistics, type ScanStatistics } from './quality/scan-statistics.ts';
