import { backendContract } from '../../../test/contracts/backend.ts';
import { createWasmBackend } from './wasm.ts';

backendContract('wasm', () => createWasmBackend(), 1e-6);
backendContract('wasm without relaxed SIMD', () => createWasmBackend({ relaxed: false }), 1e-6);
