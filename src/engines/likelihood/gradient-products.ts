/** What Polak & Ribière's rule asks of gradients: their products, all asked for at once. */
import type { Backend, DeviceArray } from '../../compute/backend.ts';

export interface Gradients {
  /** The gradient of this iteration, of the last one, and of this one as the direction takes it. */
  readonly gradient: DeviceArray;
  readonly last: DeviceArray;
  readonly step: DeviceArray;
}

export interface GradientProducts {
  /** Re Σ gradient*·step */
  readonly square: number;
  /** Σ |last|² */
  readonly lastSquare: number;
  /** Re Σ step*·last */
  readonly withLast: number;
}

/** Sums over all objects, and over all probes. */
export async function gradientProducts(
  backend: Backend,
  objects: readonly Gradients[],
  probes: readonly Gradients[],
): Promise<[objects: GradientProducts, probes: GradientProducts]> {
  const products = await backend.dots(
    [...objects, ...probes].flatMap(({ gradient, last, step }) => [
      [gradient, step] as const,
      [last, last] as const,
      [step, last] as const,
    ]),
  );
  const border = 3 * objects.length;
  return [sums(products.slice(0, border)), sums(products.slice(border))];
}

function sums(products: readonly number[]): GradientProducts {
  let [square, lastSquare, withLast] = [0, 0, 0];
  for (let i = 0; i < products.length; i += 3) {
    square += products[i];
    lastSquare += products[i + 1];
    withLast += products[i + 2];
  }
  return { square, lastSquare, withLast };
}
