/** The backend of a run. */
import { createBackend, type BackendName, type CreatedBackend } from '../compute/create.ts';
import { allowRelaxedSimd } from './relaxed-simd.ts';

/** As `createBackend`, with all that Node has. */
export function findBackend(wanted?: BackendName): Promise<CreatedBackend> {
  allowRelaxedSimd();
  return createBackend(wanted);
}
