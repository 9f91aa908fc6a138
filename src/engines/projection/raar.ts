/** Relaxed averaged alternating reflections (Luke, Inverse Problems 21, 37, 2005). */
import type { RaarParameters } from '../../params/engines.ts';
import type { EngineContext } from '../engine.ts';
import { ProjectionEngine, type Coefficients } from './projection-engine.ts';

export function createRaar(
  parameters: RaarParameters,
  context: EngineContext,
): ProjectionEngine<RaarParameters> {
  const step = ({ beta }: RaarParameters): Coefficients => ({ a: 1 - 2 * beta, b: beta, c: 2 });
  return new ProjectionEngine('RAAR', step, parameters, context);
}
