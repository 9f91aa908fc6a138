/** Relaxed averaged alternating reflections (Luke, Inverse Problems 21, 37, 2005). */
import type { RaarParameters } from '../../params/engines.ts';
import type { EngineContext } from '../engine.ts';
import { ProjectionEngine } from './projection-engine.ts';

export function createRaar(parameters: RaarParameters, context: EngineContext): ProjectionEngine {
  const { beta } = parameters;
  return new ProjectionEngine('RAAR', { a: 1 - 2 * beta, b: beta, c: 2 }, parameters, context);
}
