/** The order in which engines that go view by view visit them. */
import { stream } from '../simulation/random.ts';

/** 0 … count−1 shuffled (Fisher & Yates), the same for equal seed and index, both whole numbers. */
export function visitingOrder(count: number, seed: number, index: number): number[] {
  const random = stream(seed, index);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
