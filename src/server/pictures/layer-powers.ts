/** How much of a probe's power is in each of its layers, in their order. */
import { toNumbers, type NdArray } from '../../array/ndarray.ts';

/** Fractions of the power in the layers of a probe (layers, rows, cols) complex: to three digits; 0 without power. */
export function layerPowers(probe: NdArray): number[] {
  const [layers] = probe.shape;
  const values = toNumbers(probe);
  const size = values.length / layers;
  const powers = Array.from({ length: layers }, (_, layer) => {
    let sum = 0;
    for (let i = layer * size; i < (layer + 1) * size; i++) sum += values[i] ** 2;
    return sum;
  });
  const total = powers.reduce((sum, power) => sum + power, 0);
  // More digits would make each state of a run a new one.
  return powers.map((power) => (total > 0 ? Math.round((1000 * power) / total) / 1000 : 0));
}
