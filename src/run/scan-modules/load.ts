/**
 * Loads a user's module of scan classes, TypeScript or JavaScript, without a build step. `import … from 'ptyflow'` in it
 * is this very package, wherever the file lies.
 */
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError, messageOf } from '../../errors.ts';
import { ScanRegistry } from '../../loaders/registry.ts';

let hooked = false;

/** The scan classes of the package, and those of these files. */
export async function registryWith(files: readonly string[] = []): Promise<ScanRegistry> {
  const registry = new ScanRegistry();
  for (const file of files) await loadScanModule(file, registry);
  return registry;
}

/** Imports `file` and registers the scan classes it exports; returns their names. */
export async function loadScanModule(file: string, registry: ScanRegistry): Promise<string[]> {
  const path = resolve(file);
  if (!existsSync(path)) throw moduleError(`there is no file ${path}`);
  if (!hooked) {
    register('./hooks.js', import.meta.url, {
      data: { entry: new URL('../../node.js', import.meta.url).href },
    });
    hooked = true;
  }
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw moduleError(`${file} cannot be loaded: ${messageOf(cause)}`, cause);
  }
  return registry.registerModule(module, file);
}

function moduleError(message: string, cause?: unknown): ConfigError {
  return new ConfigError([{ path: '--scan-module', message }], undefined, { cause });
}
