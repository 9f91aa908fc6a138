/** The prepared files of a scan that is given none. */
import type { ScanFiles } from './files.ts';

/** `.ptyd` files, loaded when a scan asks for them first. */
export async function defaultFiles(): Promise<ScanFiles> {
  const { ptydFiles } = await import('./ptyd-files.ts');
  return ptydFiles;
}
