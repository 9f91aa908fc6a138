/** Engine parameters of a run that change while it runs. */
import { resolve } from 'node:path';
import { ConfigError, nearest, type ConfigIssue } from '../../errors.ts';
import { ENGINE_GROUPS, SET_AT_START } from '../../params/engines.ts';
import { check } from '../../params/validate.ts';
import type { EngineConfig, RunConfig } from './config-check.ts';

/** Where a run stands, by the keys of its engines. */
export interface EnginesSoFar {
  readonly running: string;
  readonly done: ReadonlySet<string>;
}

/**
 * The configuration with new values of engine parameters, by the key of the engine. Throws a `ConfigError` that lists all that is
 * not known, wrong, or fixed by now.
 */
export function changedConfig(
  config: RunConfig,
  changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { running, done }: EnginesSoFar,
): RunConfig {
  const issues: ConfigIssue[] = [];
  const keys = config.engines.map(({ key }) => key);
  for (const key of Object.keys(changes)) {
    if (done.has(key)) issues.push({ path: `engines.${key}`, message: 'this engine has run already' });
    if (keys.includes(key)) continue;
    const close = nearest(key, keys);
    const hint = close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`;
    issues.push({
      path: `engines.${key}`,
      message: `there is no such engine, known are ${keys.join(', ')}${hint}`,
    });
  }
  const engines = config.engines.map((entry) => {
    if (!Object.hasOwn(changes, entry.key)) return entry;
    const [changed, wrong] = changedEngine(entry, changes[entry.key], entry.key === running);
    issues.push(...wrong);
    return changed;
  });
  if (issues.length > 0) throw new ConfigError(issues);
  const values = Object.fromEntries(engines.map((engine) => [engine.key, engine.values]));
  return { ...config, engines, tree: { ...config.tree, engines: values } };
}

function changedEngine(
  entry: EngineConfig,
  given: Readonly<Record<string, unknown>>,
  isRunning: boolean,
): [EngineConfig, readonly ConfigIssue[]] {
  const { key, name } = entry;
  const at = ['engines', key];
  const fixed = Object.keys(given).filter((one) => one === 'name' || (isRunning && SET_AT_START.has(one)));
  const outcome = check(
    ENGINE_GROUPS.get(name) ?? {},
    { ...entry.values, ...given },
    { at, resolvePath: (path) => resolve(path) },
  );
  const issues = fixed.map((one) => ({
    path: [...at, one].join('.'),
    message: one === 'name' ? 'an engine cannot become another' : `is fixed while ${name} runs`,
  }));
  return [{ ...entry, values: outcome.values }, [...issues, ...outcome.issues]];
}
