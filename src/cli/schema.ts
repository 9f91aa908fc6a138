/** `ptyflow schema`: what every parameter means, from the declarations that check it. */
import { ConfigError } from '../errors.ts';
import { ScanRegistry } from '../loaders/registry.ts';
import { groupOf, type ParamEntry, type ParamGroup } from '../params/declare.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { RUN } from '../params/io.ts';
import { SCAN } from '../params/model.ts';
import { describeText } from '../params/reference-page.ts';
import { runSchema } from '../params/run-schema.ts';
import { unknownName } from '../params/validate.ts';
import type { RunOptions } from './options.ts';
import { loadScanModule } from './scan-module.ts';

export interface SchemaOptions extends RunOptions {
  readonly jsonSchema?: boolean;
}

export async function schema(path: string | undefined, options: SchemaOptions): Promise<void> {
  const registry = new ScanRegistry();
  for (const module of options.scanModule) await loadScanModule(module, registry);
  const scans = new Map([...registry.keys()].map((name) => [name, registry.get(name) ?? {}]));
  const text =
    options.jsonSchema === true
      ? JSON.stringify(runSchema({ scans, engines: ENGINE_GROUPS }), undefined, 1)
      : explain(path ?? '', scans);
  process.stdout.write(`${text}\n`);
}

/** `scans.S.data` is the parameters of every scan class; `engines.DM` those of an engine, by its name. */
function explain(path: string, scans: ReadonlyMap<string, ParamGroup>): string {
  const names = path.split('.');
  if (path === '') return `${describeText(RUN)}\n${overview(scans)}`;
  if (names[0] === 'engines') {
    const name = names.at(1);
    if (name === undefined) return overview(scans);
    return find(named(ENGINE_GROUPS, 'engine', name), names.slice(2), `engines.${name}`);
  }
  if (names[0] !== 'scans') return find(RUN, names, '');
  if (names.at(2) !== 'data') return find(SCAN, names.slice(2), 'scans.<label>');
  const at = 'scans.<label>.data';
  const className = names.at(3);
  if (className === undefined) {
    return [...scans].map(([name, group]) => `${name}\n\n${describeText(group, '  ')}`).join('\n\n');
  }
  if (scans.has(className)) return find(named(scans, 'scan class', className), names.slice(4), at);
  const all = Object.assign({}, ...scans.values()) as ParamGroup;
  return find(all, names.slice(3), at);
}

function overview(scans: ReadonlyMap<string, ParamGroup>): string {
  return [
    'Further groups:',
    '  scans.<label>                   model, illumination, sample and coherence of a scan',
    ...[...scans.keys()].map(
      (name) => `  scans.<label>.data.${name.padEnd(17)}its frames, when data.name is ${name}`,
    ),
    ...[...ENGINE_GROUPS.keys()].map((name) => `  engines.${name.padEnd(24)}the engine of that name`),
  ].join('\n');
}

function named(groups: ReadonlyMap<string, ParamGroup>, what: string, name: string): ParamGroup {
  const group = groups.get(name);
  if (group === undefined) throw usage(unknownName(what, name, [...groups.keys()]));
  return group;
}

function find(group: ParamGroup, names: readonly string[], at: string): string {
  const prefix = at === '' ? '' : `${at}.`;
  if (names.length === 0) return describeText(group, prefix);
  const [name, ...rest] = names;
  if (!Object.hasOwn(group, name)) throw usage(unknownName('parameter', name, Object.keys(group)));
  const entry: ParamEntry = group[name];
  const nested = groupOf(entry);
  return nested === undefined
    ? describeText({ [name]: entry }, prefix)
    : find(nested, rest, `${prefix}${name}`);
}

function usage(message: string): ConfigError {
  return new ConfigError([{ path: '<path>', message }]);
}
