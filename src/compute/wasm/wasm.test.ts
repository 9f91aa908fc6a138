import { backendContract } from '../../../test/contracts/backend.ts';
import { createWasmBackend } from './wasm.ts';

backendContract('wasm', () => createWasmBackend({ relaxed: false }), 1e-6);
