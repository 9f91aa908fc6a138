/** How further modes of a probe or object start: like the first, but different enough to part. */
/** By ptypy's names (`illumination.diversity`, `sample.diversity`). */
export interface Diversity {
  /** Phase (rms in rad, smallest feature in pixels), then modulus alike; null: none. */
  readonly noise: readonly number[] | null;
  /** Power of the further modes relative to the first; the last value serves for all that follow. */
  readonly power: readonly number[];
}

/** Power of mode `index` relative to the first. */
export function modePower(diversity: Diversity | null, index: number): number {
  if (index === 0) return 1;
  const powers = diversity?.power ?? [];
  return powers.length === 0 ? 0.1 : powers[Math.min(index, powers.length) - 1];
}
