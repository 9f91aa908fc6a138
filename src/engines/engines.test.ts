import { describe, expect, it } from 'vitest';
import { sampled } from '../../test/tools/sampled.ts';
import { engineContract, type EngineContract } from '../../test/contracts/engine.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { createWasmBackend } from '../compute/wasm/wasm.ts';
import { ConfigError } from '../errors.ts';
import { defaults } from '../params/declare.ts';
import { DM, EPIE, LSQML, ML, RAAR, RPIE } from '../params/engines.ts';
import { createEngine, engineName } from './registry.ts';

const probe_support = null;

/** Ranks add up in another order (`sums`): rounding of double and of single precision, the latter grown in what little light falls on. */
const BACKENDS = [
  { backend: 'reference', createBackend: createReferenceBackend, sums: 1e-9, few: 3 },
  { backend: 'wasm', createBackend: createWasmBackend, sums: 2e-3, few: 8 },
];

type Given = readonly [name: string, create: EngineContract['create'], isSame: 'same' | 'own'];

/** `own`: every rank sweeps over its own views, the result depends on their number. */
const VARIANTS: readonly Given[] = [
  ['DM', (context) => createEngine('DM', { ...defaults(DM), probe_support }, context), 'same'],
  ['EPIE', (context) => createEngine('EPIE', { ...defaults(EPIE), probe_support }, context), 'own'],
  ['ML', (context) => createEngine('ML', { ...defaults(ML), probe_support }, context), 'same'],
  ['LSQML', (context) => createEngine('LSQML', { ...defaults(LSQML), probe_support }, context), 'same'],
  ['RAAR', (context) => createEngine('RAAR', { ...defaults(RAAR), probe_support }, context), 'same'],
  ['RPIE', (context) => createEngine('RPIE', { ...defaults(RPIE), probe_support }, context), 'own'],
  [
    'ML, preconditioned',
    (context) => {
      const preconditioned = { wavefield_precond: true, scale_precond: true, smooth_gradient: 1 };
      const parameters = {
        ...defaults(ML),
        probe_support,
        ...preconditioned,
        smooth_gradient_method: 'fft' as const,
      };
      return createEngine('ML', parameters, context);
    },
    'same',
  ],
  [
    'LSQML, Poisson',
    (context) =>
      createEngine('LSQML', { ...defaults(LSQML), ML_type: 'poisson', batches: 3, probe_support }, context),
    'same',
  ],
];

for (const { backend, createBackend, sums, few } of BACKENDS) {
  for (const [name, create, isSame] of sampled(few, VARIANTS)) {
    engineContract(`${name} on ${backend}`, {
      createBackend,
      create,
      iterations: 15,
      below: 0.5,
      ...(isSame === 'same' ? { rankTolerance: sums } : {}),
    });
  }
}

describe('engine registry', () => {
  it('knows its names', () => {
    expect(engineName('DM')).toBe('DM');
    expect(() => engineName('EPI')).toThrow(ConfigError);
    expect(() => engineName('EPI')).toThrow(/did you mean EPIE/);
  });
});
