/** Difference map (Thibault et al., Ultramicroscopy 109, 338, 2009). */
import type { DmParameters } from '../../params/engines.ts';
import { consoleLog } from '../../log.ts';
import type { EngineContext } from '../engine.ts';
import { ObjectRegulation } from './object-regulation.ts';
import { ProjectionEngine } from './projection-engine.ts';

export function createDm(parameters: DmParameters, context: EngineContext): ProjectionEngine {
  const { alpha } = parameters;
  const { model, objectMask, log = consoleLog } = context;
  const regulation =
    objectMask === undefined ? undefined : new ObjectRegulation(model, objectMask, parameters, log);
  return new ProjectionEngine('DM', { a: -alpha, b: 1, c: 1 + alpha }, parameters, context, regulation);
}
