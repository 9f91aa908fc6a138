// The thread that writes files on the way, from the TypeScript source as it is.
import './typescript-source.mjs';

await import('../../src/run/results/save-entry.ts');
