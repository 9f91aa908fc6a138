/** Propagation between sample and detector. */

/** Geometry of a frame that fixes its propagator (spec: single-step Fresnel, or angular spectrum in the near field). */
export interface PropagatorGeometry {
  readonly propagation: 'farfield' | 'nearfield';
  /** (rows, cols) of a frame. */
  readonly shape: readonly [number, number];
  /** Detector pixel, m (row, col). */
  readonly psizeM: readonly [number, number];
  /** Sample pixel, m (row, col). */
  readonly resolutionM: readonly [number, number];
  readonly distanceM: number;
  readonly wavelengthM: number;
  /** Zero frequency in the frame, pixels (row, col). */
  readonly center: readonly [number, number];
}
