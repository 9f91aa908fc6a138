import { setFlagsFromString } from 'node:v8';

/** Node 20 knows fused multiplications only when told; later ones know them anyway. */
export function allowRelaxedSimd(): void {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}
