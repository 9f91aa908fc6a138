/** Extended ptychographic iterative engine (Maiden & Rodenburg, Ultramicroscopy 109, 1256, 2009). */
import type { EpieParameters } from '../../params/engines.ts';
import type { EngineContext } from '../engine.ts';
import { PieEngine, type PieSteps } from './pie-engine.ts';

export function createEpie(parameters: EpieParameters, context: EngineContext): PieEngine<EpieParameters> {
  const steps = ({ alpha, beta }: EpieParameters): PieSteps => ({
    objectStep: alpha,
    objectBlend: 1,
    probeStep: beta,
    probeBlend: 1,
    probeFollowsObject: true,
  });
  return new PieEngine('EPIE', steps, parameters, context);
}
