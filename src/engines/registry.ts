/** Engines by name. An engine's code is loaded when it is asked for. */
import { ConfigError, nearest } from '../errors.ts';
import { DM, EPIE, LSQML, ML, RAAR, RPIE, type EngineGiven, type EngineName } from '../params/engines.ts';
import { validate } from '../params/validate.ts';
import type { Engine, EngineContext } from './engine.ts';

type Factories = {
  readonly [N in EngineName]: (given: EngineGiven[N], context: EngineContext) => Promise<Engine>;
};

const FACTORIES: Factories = {
  DM: async (given, context) => {
    const { createDm } = await import('./projection/dm.ts');
    return createDm(validate(DM, given), context);
  },
  RAAR: async (given, context) => {
    const { createRaar } = await import('./projection/raar.ts');
    return createRaar(validate(RAAR, given), context);
  },
  EPIE: async (given, context) => {
    const { createEpie } = await import('./pie/epie.ts');
    return createEpie(validate(EPIE, given), context);
  },
  RPIE: async (given, context) => {
    const { createRpie } = await import('./pie/rpie.ts');
    return createRpie(validate(RPIE, given), context);
  },
  ML: async (given, context) => {
    const { Ml } = await import('./likelihood/ml.ts');
    return new Ml(validate(ML, given), context);
  },
  LSQML: async (given, context) => {
    const { Lsqml } = await import('./likelihood/lsqml.ts');
    return new Lsqml(validate(LSQML, given), context);
  },
};

/** Names of the engines. */
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

/**
 * A new engine on the context's model; `initialize` comes next. What `parameters` leave out has its default. Throws a
 * `ConfigError` for unknown names and wrong values.
 */
export async function createEngine<N extends EngineName>(
  name: N,
  parameters: EngineGiven[N],
  context: EngineContext,
): Promise<Engine> {
  return FACTORIES[name](parameters, context);
}
