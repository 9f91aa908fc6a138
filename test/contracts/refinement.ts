/** Refinement of positions that are known to be wrong: parameters, models and engines for it. */
import type { Backend } from '../../src/compute/backend.ts';
import type { Engine, EngineContext } from '../../src/engines/engine.ts';
import { createEngine } from '../../src/engines/registry.ts';
import { DEFAULT_START, Model } from '../../src/model/model.ts';
import type { Communicator } from '../../src/parallel/communicator.ts';
import { singleCommunicator } from '../../src/parallel/single.ts';
import { defaults } from '../../src/params/declare.ts';
import {
  DM,
  EPIE,
  LSQML,
  ML,
  RAAR,
  RPIE,
  type PositionRefinementParameters,
} from '../../src/params/engines.ts';
import type { Simulated } from './simulated.ts';

/** Refinement with lengths in pixels of the scan. */
export function refine(
  scan: Simulated,
  given: Partial<PositionRefinementParameters> = {},
): PositionRefinementParameters {
  const { amplitude = 4, max_shift = 6, ...rest } = given;
  const [pixelM] = scan.experiment.geometry.resolutionM;
  return {
    method: 'Annealing',
    start: 10,
    stop: null,
    interval: 1,
    nshifts: 6,
    amplitude_decay: true,
    metric: 'fourier',
    seed: 1,
    ...rest,
    amplitude: amplitude * pixelM,
    max_shift: max_shift * pixelM,
  };
}

export type Refinement = PositionRefinementParameters | null;
type Create = (context: EngineContext, numiter: number, refinement: Refinement) => Promise<Engine>;

const probe_support = null;
const clip_object = [0, 1.2] as const;

export const CREATE = {
  DM: (context, numiter, position_refinement) =>
    createEngine(
      'DM',
      { ...defaults(DM), probe_support, clip_object, numiter, position_refinement },
      context,
    ),
  RAAR: (context, numiter, position_refinement) =>
    createEngine(
      'RAAR',
      { ...defaults(RAAR), probe_support, clip_object, numiter, position_refinement },
      context,
    ),
  EPIE: (context, numiter, position_refinement) =>
    createEngine('EPIE', { ...defaults(EPIE), probe_support, numiter, position_refinement }, context),
  RPIE: (context, numiter, position_refinement) =>
    createEngine('RPIE', { ...defaults(RPIE), probe_support, numiter, position_refinement }, context),
  ML: (context, numiter, position_refinement) =>
    createEngine(
      'ML',
      { ...defaults(ML), probe_support, scale_precond: true, numiter, position_refinement },
      context,
    ),
  LSQML: (context, numiter, position_refinement) =>
    createEngine('LSQML', { ...defaults(LSQML), probe_support, numiter, position_refinement }, context),
} as const satisfies Record<string, Create>;

/** A model of a scan whose positions are off by up to `errors` pixels along each axis; its probe is rough. */
export async function loadMisplaced(
  scan: Simulated,
  errors: number,
  given: { readonly backend: Backend; readonly communicator?: Communicator; readonly seed?: number },
): Promise<Model> {
  const { backend, communicator = singleCommunicator(), seed = 3 } = given;
  const { rank, size } = communicator;
  const model = new Model({ backend, communicator });
  const probe = { ...DEFAULT_START.probe, given: scan.roughProbe(0.3, 5) };
  model.addScan('s', { ...DEFAULT_START, probe });
  const data = scan.pack(0, scan.frames, (i) => i % size === rank);
  await model.addPackage('s', scan.misplace(data, errors, seed));
  return model;
}

export async function runEngine(
  name: keyof typeof CREATE,
  model: Model,
  numiter: number,
  refinement: Refinement,
): Promise<void> {
  const engine = await CREATE[name]({ model }, numiter, refinement);
  await engine.initialize();
  await engine.iterate(numiter);
  await engine.finalize();
}
