/**
 * What a command would write, before anything starts: under each name is nothing yet, or a file of the same kind, and never one
 * that it reads.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError, type ConfigIssue } from '../errors.ts';
import { entryAt } from '../files/entry.ts';
import { folderObstacle } from '../files/folder.ts';
import { identityOf } from '../files/identity.ts';
import type { ScanRegistry } from '../loaders/registry.ts';
import { silentLog } from '../log.ts';
import { singleCommunicator } from '../parallel/single.ts';
import { SCAN } from '../params/model.ts';
import { arrayPlace } from '../hdf5/array-file.ts';
import { ENGINE_GROUPS } from '../params/engines.ts';
import { pathsIn } from '../params/paths.ts';
import { pictureObstacle } from '../pictures/standing.ts';
import { obstacleText } from '../ptyd/writing/backup.ts';
import { chunkSuffix } from '../ptyd/format.ts';
import { filesNamedLikeChunks, lookAtNames } from '../ptyd/own-names.ts';
import { reservedName } from '../ptyd/writing/reserved-name.ts';
import { ptyrObstacle } from '../ptyr/standing.ts';
import type { PtyScan } from '../scan/pty-scan.ts';
import type { RunConfig, ScanConfig } from './config/config-check.ts';
import { existingResults, isPictureName, OutputNames } from './results/file-names.ts';
import { createScan } from './scans/scans.ts';
import type { DataOverrides } from './options.ts';

export interface FilesToCheck {
  readonly registry: ScanRegistry;
  /** Scans that are here already, by their labels. */
  readonly scans?: ReadonlyMap<string, PtyScan> | undefined;
  /** How the command reads or saves each scan. */
  readonly overrides: (scan: ScanConfig) => DataOverrides | Promise<DataOverrides>;
  /** The configuration, modules with scan classes: what else is read. */
  readonly read: readonly string[];
  /** Where results go; undefined for a command that makes none. */
  readonly results?: { readonly run: string; readonly output: string | undefined };
}

/** A scan that is saved. */
interface Saved {
  readonly label: string;
  readonly file: string;
  readonly chunkFormat: string;
}

/** The files that scans are saved to. Throws a `ConfigError` that lists all that is wrong. Makes and changes nothing. */
export async function checkFiles(config: RunConfig, given: FilesToCheck): Promise<readonly string[]> {
  const inputs = new Inputs();
  for (const file of given.read) inputs.add(file);
  const saved: Saved[] = [];
  for (const entry of config.scans) {
    const overrides = await given.overrides(entry);
    const scan = scanOf(entry, overrides, given);
    for (const file of await inputsOf(entry, scan, given.registry)) inputs.add(file);
    const info = scan?.info ?? { ...entry.data.values, ...overrides };
    const { save, dfile, chunk_format: chunkFormat } = info;
    if (save === null || dfile === null) continue;
    saved.push({ label: entry.label, file: dfile, chunkFormat });
  }
  for (const { name, values } of config.engines) {
    const named = pathsIn(ENGINE_GROUPS.get(name) ?? {}, values);
    for (const { path } of named) inputs.add(arrayPlace(path).file);
  }
  const issues: ConfigIssue[] = [];
  for (const one of saved) issues.push(...(await savingIssues(one, inputs)));
  issues.push(...sharedNames(saved));
  if (given.results !== undefined) {
    issues.push(...(await resultIssues(config, given.results, inputs, saved)));
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return saved.map(({ file }) => file);
}

/** Files by what they are, whatever their names. */
class Inputs {
  readonly #names = new Map<string, string>();

  add(file: string): void {
    this.#names.set(identityOf(file), file);
  }

  /** The name by which it is read; undefined for a file that is not. */
  nameOf(file: string): string | undefined {
    return this.#names.get(identityOf(file));
  }

  /** Says that the file is read; undefined where it is not. */
  obstacle(file: string): string | undefined {
    const name = this.nameOf(file);
    if (name === undefined) return undefined;
    const same = name === file ? '' : ` (it is ${name})`;
    return `${file} is read by this command${same}: nothing is written to it; give another name`;
  }
}

/** A scan that cannot be made says so itself when its turn comes. */
function scanOf(
  entry: ScanConfig,
  overrides: DataOverrides,
  { registry, scans }: Pick<FilesToCheck, 'registry' | 'scans'>,
): PtyScan | undefined {
  const stage = {
    ...{ registry, scans, communicator: singleCommunicator() },
    ...{ onEvent: () => undefined, log: silentLog },
  };
  try {
    return createScan(entry, stage, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Everything that a scan is read from, or starts from. */
async function inputsOf(
  { model, data }: ScanConfig,
  scan: PtyScan | undefined,
  registry: ScanRegistry,
): Promise<readonly string[]> {
  const named = pathsIn(registry.get(data.name) ?? {}, data.values).filter(({ name }) => name !== 'dfile');
  const started = pathsIn(SCAN, model);
  const paths = [...started, ...named].map(({ path }) => arrayPlace(path).file);
  return paths.concat((await scan?.inputs()) ?? []);
}

async function savingIssues({ label, file, chunkFormat }: Saved, inputs: Inputs): Promise<ConfigIssue[]> {
  const path = `scans.${label}.data.dfile`;
  const read = [file, ...filesNamedLikeChunks({ file, chunkFormat })]
    .map((name) => inputs.obstacle(name))
    .filter((message) => message !== undefined);
  if (read.length > 0) return read.map((message) => ({ path, message }));
  const folder = folderObstacle(dirname(file));
  if (folder !== undefined) return [{ path, message: folder }];
  const { obstacles } = await lookAtNames({ file, chunkFormat });
  return obstacles.map((obstacle) => ({ path, message: obstacleText(obstacle) }));
}

/** Chunk files of other scans that are looked for. */
const MOST_CHUNKS = 300;

/** Scans that would be saved under one name. */
function sharedNames(saved: readonly Saved[]): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  const taken = new Map<string, string>();
  for (const one of saved) {
    const other = namesOf(one)
      .map((name) => taken.get(name))
      .find((label) => label !== undefined);
    if (other === undefined) {
      for (const name of namesOf(one)) taken.set(name, one.label);
      continue;
    }
    const message = `${one.file} is where scan ${other} is saved as well; give each scan a file of its own`;
    issues.push({ path: `scans.${one.label}.data.dfile`, message });
  }
  return issues;
}

/** What a scan may write to, the same for the same file. */
function namesOf({ file, chunkFormat }: Saved): string[] {
  const chunks = Array.from({ length: MOST_CHUNKS }, (_, num) => file + chunkSuffix(chunkFormat, num));
  const spelled = [file, reservedName(file), `${file}.old`, ...chunks].map((name) => {
    return `${identityOf(dirname(name))}/${basename(name)}`;
  });
  return [...spelled, identityOf(file)];
}

async function resultIssues(
  config: RunConfig,
  { run, output }: { readonly run: string; readonly output: string | undefined },
  inputs: Inputs,
  saved: readonly Saved[],
): Promise<ConfigIssue[]> {
  const { io, engines } = config;
  if (output !== undefined && existsSync(output) && !statSync(output).isDirectory()) {
    return [{ path: '--output', message: `${output} is a file; give a folder for the results` }];
  }
  const names = new OutputNames(io.home, output);
  const patterns = [
    ...(io.rfile === null ? [] : [{ path: 'io.rfile', pattern: io.rfile, isPicture: false }]),
    ...(io.autosave.active
      ? [{ path: 'io.autosave.rfile', pattern: io.autosave.rfile, isPicture: false }]
      : []),
    ...(io.autoplot.active && io.autoplot.dump
      ? [{ path: 'io.autoplot.imfile', pattern: io.autoplot.imfile, isPicture: true }]
      : []),
  ];
  const messages = new Map<string, string>();
  const note = (path: string, message: string | undefined): void => {
    if (message !== undefined && !messages.has(message)) messages.set(message, path);
  };
  const scans = new Set(saved.map(({ file }) => identityOf(file)));
  for (const { name: engine } of engines) {
    for (const { path, pattern, isPicture } of patterns) {
      const first = names.file(pattern, { run, engine, iterations: 0 });
      const folder = folderObstacle(dirname(first));
      note(path, folder);
      if (folder !== undefined) continue;
      if (scans.has(identityOf(first))) note(path, `${first} is where a scan is saved`);
      for (const file of existingResults(names, pattern, { run, engine })) {
        const foreign = isPicture ? pictureObstacle(file) : await ptyrObstacle(file);
        note(path, inputs.obstacle(file) ?? foreign);
      }
      if (path !== 'io.rfile' || !io.pictures) continue;
      for (const file of picturesIn(dirname(first))) {
        note('io.pictures', inputs.obstacle(file) ?? pictureObstacle(file));
      }
    }
  }
  return [...messages].map(([message, path]) => ({ path, message }));
}

function picturesIn(folder: string): string[] {
  const entry = entryAt(folder);
  if (entry === undefined) return [];
  return readdirSync(folder)
    .filter(isPictureName)
    .map((name) => join(folder, name));
}
