/**
 * Geometry of experiments, simulation, and how good a reconstruction is. Runs everywhere.
 *
 * @module ptyflow/physics
 */
export { translateCenter } from '../geometry/centers.ts';
export { grids } from '../geometry/grids.ts';
export {
  createGeometry,
  createPropagator,
  type Propagator,
  type PropagatorGeometry,
} from '../geometry/propagation.ts';
export { scanPositions } from '../geometry/scan-patterns.ts';
export { electronWavelengthM, resolution, wavelengthM } from '../geometry/units.ts';
export { createIllumination } from '../simulation/aperture.ts';
export { createMoonflowerExperiment, type MoonflowerExperiment } from '../simulation/moonflower.ts';
export { alignObjects } from '../quality/align.ts';
export { ringCorrelation, type RingCorrelation } from '../quality/frc/frc.ts';
export { compareObjects, type LitObject, type ObjectComparison } from '../quality/frc/frc-objects.ts';
export { modePowers } from '../quality/mode-powers.ts';
export { scanStatistics, type ScanStatistics } from '../quality/scan-statistics.ts';
