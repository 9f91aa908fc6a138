/** Difference map (Thibault et al., Ultramicroscopy 109, 338, 2009). */
import type { DmParameters } from '../../params/engines.ts';
import { consoleLog } from '../../log.ts';
import type { EngineContext } from '../engine.ts';
import { ObjectRegulation } from './object-regulation.ts';
import { ProjectionEngine, type Coefficients } from './projection-engine.ts';

export function createDm(parameters: DmParameters, context: EngineContext): ProjectionEngine<DmParameters> {
  const { model, objectMask, log = consoleLog } = context;
  const regulation =
    objectMask === undefined ? undefined : new ObjectRegulation(model, objectMask, parameters, log);
  const step = ({ alpha }: DmParameters): Coefficients => ({ a: -alpha, b: 1, c: 1 + alpha });
  return new ProjectionEngine('DM', step, parameters, context, regulation);
}
