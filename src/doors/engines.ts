/**
 * Models, engines and what computes, one iteration at a time. Runs everywhere.
 *
 * @module ptyflow/engines
 */
export { makePackage } from '../scan/make-package.ts';
export { DEFAULT_START, Model, type ScanStart } from '../model/model.ts';
export { createEngine, ENGINE_NAMES } from '../engines/registry.ts';
export type { Engine, IterationErrors, IterationResult } from '../engines/engine.ts';
export type { EngineState } from '../engines/engine-state.ts';
export type { Backend } from '../compute/backend.ts';
export {
  createBackend,
  type BackendName,
  type BackendReport,
  type CreatedBackend,
} from '../compute/create.ts';
export { createReferenceBackend } from '../compute/reference/reference.ts';
export { createWasmBackend } from '../compute/wasm/wasm.ts';
