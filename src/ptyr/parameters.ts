/**
 * The configuration in a `.ptyr`: what ptypy knows lies in `content/pars`, where it looks, the rest in `ptyflow/pars`. Both
 * together are the configuration as it was.
 */
import { ndarray } from '../array/ndarray.ts';
import { readTree } from '../hdf5/encoding.ts';
import type { H5File } from '../hdf5/file.ts';
import { isMapping } from '../params/values.ts';
import { ENGINES, RUN, SCAN_CLASSES, SCANS, type Known } from './ptypy-parameters.ts';

type Tree = Readonly<Record<string, unknown>>;

export const PARS = 'content/pars';
export const OWN_PARS = 'ptyflow/pars';

export interface StoredParameters {
  /** With names and types that ptypy knows. */
  readonly known: Tree;
  /** The others, and those whose value ptypy would need in another form. */
  readonly own: Tree;
}

export function splitParameters(config: unknown): StoredParameters {
  if (!isMapping(config)) return { known: {}, own: {} };
  const { scans, engines, ...run } = config;
  const top = split(run, RUN);
  const scanParts = splitMembers(scans, splitScan);
  const engineParts = splitMembers(engines, splitEngine);
  return {
    known: { ...top.known, scans: scanParts.known, engines: engineParts.known },
    own: { ...top.own, scans: scanParts.own, engines: engineParts.own },
  };
}

/** The configuration of a file; undefined where it has none. */
export function readParameters(h5: H5File): unknown {
  const parts = [PARS, OWN_PARS]
    .filter((path) => h5.kind(path) === 'group')
    .map((path) => readTree(h5, path));
  return parts.length === 0 ? undefined : parts.reduce(merged);
}

function merged(known: unknown, own: unknown): unknown {
  if (!isMapping(known) || !isMapping(own)) return own;
  const names = new Set([...Object.keys(known), ...Object.keys(own)]);
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      !Object.hasOwn(own, name)
        ? known[name]
        : Object.hasOwn(known, name)
          ? merged(known[name], own[name])
          : own[name],
    ]),
  );
}

function splitMembers(
  members: unknown,
  splitMember: (member: Tree) => Partial<StoredParameters>,
): StoredParameters {
  const parts = Object.entries(isMapping(members) ? members : {}).map(
    ([name, member]) => [name, splitMember(isMapping(member) ? member : {})] as const,
  );
  const those = (which: keyof StoredParameters): Tree =>
    Object.fromEntries(
      parts.flatMap(([name, part]) => (part[which] === undefined ? [] : [[name, part[which]]])),
    );
  return { known: those('known'), own: those('own') };
}

function splitScan({ data, ...model }: Tree): StoredParameters {
  const parts = split(model, knownAs(SCANS, model.name) ?? {});
  const given = isMapping(data) ? data : {};
  const loader = knownAs(SCAN_CLASSES, given.name);
  const dataParts = split(given, loader ?? SCAN_CLASSES.PtyScan);
  // A scan class that ptypy does not know is to it what all are.
  const known = loader === undefined ? { ...dataParts.known, name: 'PtyScan' } : dataParts.known;
  const own = loader === undefined ? { ...dataParts.own, name: given.name } : dataParts.own;
  return { known: { ...parts.known, data: known }, own: { ...parts.own, data: own } };
}

/** An engine that ptypy does not have is unknown to it with all its parameters. */
function splitEngine(engine: Tree): Partial<StoredParameters> {
  const known = knownAs(ENGINES, engine.name);
  return known === undefined ? { own: engine } : split(engine, known);
}

function knownAs(all: Known, name: unknown): Known | undefined {
  const known = typeof name === 'string' && Object.hasOwn(all, name) ? all[name] : undefined;
  return typeof known === 'string' ? undefined : known;
}

function split(values: Tree, names: string | Known): StoredParameters {
  const known: Record<string, unknown> = {};
  const own: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const entry = typeof names !== 'string' && Object.hasOwn(names, name) ? names[name] : undefined;
    if (entry !== undefined && typeof entry !== 'string' && isMapping(value)) {
      const parts = split(value, entry);
      known[name] = parts.known;
      if (Object.keys(parts.own).length > 0) own[name] = parts.own;
    } else if (entry !== undefined && (value === null || (typeof entry === 'string' && isOf(entry, value)))) {
      known[name] = value;
    } else {
      own[name] = value;
      if (isComplex(entry, value)) known[name] = ndarray('complex128', [], Float64Array.from(value));
    }
  }
  return { known, own };
}

/** Complex numbers are pairs here. */
function isComplex(entry: string | Known | undefined, value: unknown): value is readonly [number, number] {
  const isPair =
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
  return isPair && typeof entry === 'string' && entry.includes('complex');
}

function isOf(types: string, value: unknown): boolean {
  const accepted = types.split(' ');
  if (typeof value === 'boolean') return accepted.includes('bool');
  if (typeof value === 'string') return accepted.includes('str');
  if (Array.isArray(value)) return accepted.includes('list');
  if (typeof value !== 'number') return false;
  return accepted.includes('float') || (Number.isSafeInteger(value) && accepted.includes('int'));
}
