/** The backend a configuration asks for. */
import { setFlagsFromString } from 'node:v8';
import type { Backend } from '../compute/backend.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { createWasmBackend } from '../compute/wasm/wasm.ts';
import type { RunConfig } from './config/config-check.ts';

export function createBackend({ compute }: RunConfig): Backend {
  if (compute.backend === 'reference') return createReferenceBackend();
  // Node 20 knows fused multiplications only when told; later ones know them anyway.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return createWasmBackend();
}
