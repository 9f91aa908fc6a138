/** How much of the power of a stack is in each of its items. */
import { item, toNumbers, type NdArray } from './ndarray.ts';

/** Fractions of the power in the items of a stack (items, …), real or complex; zeros for a stack without power. */
export function itemPowers(stack: NdArray): number[] {
  const powers = Array.from({ length: stack.shape[0] }, (_, i) => {
    let power = 0;
    for (const value of toNumbers(item(stack, i))) power += value * value;
    return power;
  });
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => (total > 0 ? power / total : 0));
}
