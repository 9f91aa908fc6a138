/** Engines by name. An engine's code is loaded when it is asked for. */
import { ConfigError, nearest } from '../errors.ts';
import type {
  DmParameters,
  EpieParameters,
  LsqmlParameters,
  MlParameters,
  RaarParameters,
  RpieParameters,
} from '../params/engines.ts';
import type { Engine, EngineContext } from './engine.ts';

/** Parameters of the engines by name. */
export interface EngineParameters {
  readonly DM: DmParameters;
  readonly RAAR: RaarParameters;
  readonly EPIE: EpieParameters;
  readonly RPIE: RpieParameters;
  readonly ML: MlParameters;
  readonly LSQML: LsqmlParameters;
}

export type EngineName = keyof EngineParameters;

type Factories = {
  readonly [N in EngineName]: () => Promise<
    (parameters: EngineParameters[N], context: EngineContext) => Engine
  >;
};

const FACTORIES: Factories = {
  DM: async () => (await import('./projection/dm.ts')).createDm,
  RAAR: async () => (await import('./projection/raar.ts')).createRaar,
  EPIE: async () => (await import('./pie/epie.ts')).createEpie,
  RPIE: async () => (await import('./pie/rpie.ts')).createRpie,
  ML: async () => {
    const { Ml } = await import('./likelihood/ml.ts');
    return (parameters, context) => new Ml(parameters, context);
  },
  LSQML: async () => {
    const { Lsqml } = await import('./likelihood/lsqml.ts');
    return (parameters, context) => new Lsqml(parameters, context);
  },
};

export const ENGINE_NAMES = Object.keys(FACTORIES) as readonly EngineName[];

/** The engine of that name. Throws `ConfigError` for unknown names. */
export function engineName(given: string): EngineName {
  const known = ENGINE_NAMES.find((name) => name === given);
  if (known !== undefined) return known;
  const close = nearest(given, ENGINE_NAMES);
  const hint = close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`;
  throw new ConfigError([
    { path: 'engines', message: `unknown engine '${given}'${hint} Known are ${ENGINE_NAMES.join(', ')}.` },
  ]);
}

/** A new engine on the context's model; `initialize` comes next. */
export async function createEngine<N extends EngineName>(
  name: N,
  parameters: EngineParameters[N],
  context: EngineContext,
): Promise<Engine> {
  const create = await FACTORIES[name]();
  return create(parameters, context);
}
