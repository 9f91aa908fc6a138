import { describe, expect, it } from 'vitest';
import { engineContract } from '../../test/contracts/engine.ts';
import { createReferenceBackend } from '../compute/reference/reference.ts';
import { ConfigError } from '../errors.ts';
import { defaults } from '../params/declare.ts';
import { DM, EPIE, LSQML, ML, RAAR, RPIE } from '../params/engines.ts';
import { createEngine, engineName } from './registry.ts';

const createBackend = createReferenceBackend;
const probe_support = null;

engineContract('DM', {
  createBackend,
  create: (context) => createEngine('DM', { ...defaults(DM), probe_support }, context),
  iterations: 15,
  below: 0.5,
  rankTolerance: 1e-9,
});

engineContract('RAAR', {
  createBackend,
  create: (context) => createEngine('RAAR', { ...defaults(RAAR), probe_support }, context),
  iterations: 15,
  below: 0.5,
  rankTolerance: 1e-9,
});

engineContract('EPIE', {
  createBackend,
  create: (context) => createEngine('EPIE', { ...defaults(EPIE), probe_support }, context),
  iterations: 15,
  below: 0.5,
});

engineContract('RPIE', {
  createBackend,
  create: (context) => createEngine('RPIE', { ...defaults(RPIE), probe_support }, context),
  iterations: 15,
  below: 0.5,
});

engineContract('ML', {
  createBackend,
  create: (context) => createEngine('ML', { ...defaults(ML), probe_support }, context),
  iterations: 15,
  below: 0.5,
  rankTolerance: 1e-9,
});

engineContract('LSQML', {
  createBackend,
  create: (context) => createEngine('LSQML', { ...defaults(LSQML), probe_support }, context),
  iterations: 15,
  below: 0.5,
  rankTolerance: 1e-9,
});

engineContract('LSQML, Poisson', {
  createBackend,
  create: (context) =>
    createEngine('LSQML', { ...defaults(LSQML), ML_type: 'poisson', batches: 3, probe_support }, context),
  iterations: 15,
  below: 0.5,
  rankTolerance: 1e-9,
});

describe('engine registry', () => {
  it('knows its names', () => {
    expect(engineName('DM')).toBe('DM');
    expect(() => engineName('EPI')).toThrow(ConfigError);
    expect(() => engineName('EPI')).toThrow(/did you mean EPIE/);
  });
});
