/**
 * Regularised ptychographic iterative engine (Maiden, Johnson & Li, Optica 4, 736, 2017). Unlike in EPIE the probe takes the
 * object of before its update: steps are longer here, and with the new object far from the solution probes grow without end.
 */
import type { RpieParameters } from '../../params/engines.ts';
import type { EngineContext } from '../engine.ts';
import { PieEngine, type PieSteps } from './pie-engine.ts';

export function createRpie(parameters: RpieParameters, context: EngineContext): PieEngine<RpieParameters> {
  const steps = ({ alpha, beta, gamma_object, gamma_probe }: RpieParameters): PieSteps => ({
    objectStep: gamma_object,
    objectBlend: alpha,
    probeStep: gamma_probe,
    probeBlend: beta,
    probeFollowsObject: false,
  });
  return new PieEngine('RPIE', steps, parameters, context);
}
