/** Everything callers may call. Records are in `generated/records`. */
export { addBlocks, addRows, combine, dot, quotient, toBlocks } from './arrays';
export { leastSquaresChange, leastSquaresSteps, pieSweep } from './descent';
export { transform } from './fft';
export { errors, gradient, intensities, lineSearch } from './likelihood';
export { accumulateObject, accumulateProbe, initializeExit, project } from './projection';
