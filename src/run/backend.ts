/** The backend of a run. */
import { setFlagsFromString } from 'node:v8';
import { createBackend, type BackendName, type CreatedBackend } from '../compute/create.ts';

/** As `createBackend`, with all that Node has. */
export function findBackend(wanted?: BackendName): Promise<CreatedBackend> {
  // Node 20 knows fused multiplications only when told; later ones know them anyway.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return createBackend(wanted);
}
