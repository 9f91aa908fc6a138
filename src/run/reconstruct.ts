/** Reconstruction: frames into a model, engines in order, results out. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Backend } from '../compute/backend.ts';
import type { IterationResult } from '../engines/engine.ts';
import { createEngine, engineName, type EngineName, type EngineParameters } from '../engines/registry.ts';
import { AbortedError, DataError } from '../errors.ts';
import { Model } from '../model/model.ts';
import { isMaster } from '../parallel/communicator.ts';
import type { IterationRecord, Result } from '../ptyr/result.ts';
import { scanStatistics, type ScanStatistics } from '../quality/scan-statistics.ts';
import type { DataPackage } from '../scan/package.ts';
import { createBackend } from './backend.ts';
import type { EngineConfig, RunConfig, ScanConfig } from './config-check.ts';
import { OutputNames } from './file-names.ts';
import {
  checkHalfSets,
  requireHalves,
  runHalfSets,
  type Half,
  type LoadedScan,
  type Reconstruct,
} from './half-sets.ts';
import { drainScan, type StageOptions } from './prepare.ts';
import {
  collectResult,
  fluences,
  phasePicture,
  savePictures,
  saveResult,
  writePicture,
} from './save-result.ts';
import { createScan, type DataOverrides } from './scans.ts';
import { scanStart } from './starts.ts';

export interface ReconstructOptions extends StageOptions {
  /** Name of the run, `%(run)s` in file names. */
  readonly run: string;
  /** Folder given on the command line. */
  readonly output?: string | undefined;
  readonly overrides: (scan: ScanConfig) => DataOverrides;
  /** Reconstruct two halves of the frames as well, and compare them. */
  readonly halfSets?: boolean;
  /** This is one of the halves: no pictures, which would take the place of those of all frames. */
  readonly half?: Half;
}

/** Runs a whole configuration. Stopped by its signal, it saves what it has and throws an AbortedError that says where. */
export async function runReconstruction(config: RunConfig, options: ReconstructOptions): Promise<void> {
  const { communicator, onEvent } = options;
  if (options.halfSets === true) checkHalfSets(config);
  const backend = createBackend(config);
  const model = new Model({ backend, communicator, signal: options.signal });
  const kept: LoadedScan[] = [];
  try {
    for (const entry of config.scans) {
      const scan = await loadFrames(entry, config, options);
      await takeFrames(model, scan);
      if (options.halfSets === true) kept.push(requireHalves(scan));
    }
    const run = new Run(model, config, options);
    for (const engine of config.engines) await run.engine(engine);
    await run.pictures();
    run.tellStatistics();
    if (config.engines.length === 0) {
      onEvent({ event: 'warning', message: 'the configuration has no engines: nothing was reconstructed' });
    }
  } finally {
    model.dispose();
  }
  if (options.halfSets === true) await runHalfSets(kept, config, options, reconstructOn(backend));
}

/** The engines on a model of its own. */
function reconstructOn(backend: Backend): Reconstruct {
  return async (scans, config, options) => {
    const model = new Model({
      backend,
      communicator: options.communicator,
      signal: options.signal,
    });
    try {
      for (const scan of scans) await takeFrames(model, scan);
      const run = new Run(model, config, options);
      for (const engine of config.engines) await run.engine(engine);
      return await run.result();
    } finally {
      model.dispose();
    }
  };
}

/** All packages of a scan. */
async function loadFrames(
  entry: ScanConfig,
  config: RunConfig,
  options: ReconstructOptions,
): Promise<LoadedScan> {
  const { communicator, signal } = options;
  // The master decides: ranks on other machines may see the files differently.
  const overrides = await communicator.broadcast(options.overrides(entry));
  const scan = createScan(entry, options.registry, { communicator, signal }, overrides);
  const packages: DataPackage[] = [];
  await drainScan(scan, entry.label, config.frames_per_block, options, (chunk) => {
    packages.push(withPropagation(chunk, entry));
  });
  return { entry, packages };
}

/** All packages into the model, after the start, which knows the brightest frame. */
async function takeFrames(model: Model, { entry, packages }: LoadedScan): Promise<void> {
  const first = packages.at(0);
  if (first === undefined) throw new DataError(`scan ${entry.label} has no frames`);
  const brightest = Math.max(...packages.map(brightestFrame));
  const brightestOfAll = Math.max(...(await model.communicator.allGather(brightest)));
  model.addScan(entry.label, await scanStart(entry, first.common, brightestOfAll));
  await model.addPackages(entry.label, packages);
}

/** `scans.<label>.propagation` wins over what the data says. */
function withPropagation(chunk: DataPackage, { model }: ScanConfig): DataPackage {
  if (model.propagation === null) return chunk;
  return { ...chunk, common: { ...chunk.common, propagation: model.propagation } };
}

/** Largest Σ m·I of a frame of this rank. */
function brightestFrame({ chunk }: DataPackage): number {
  const { data, weights } = chunk;
  const size = data.shape[1] * data.shape[2];
  const shared = weights.shape.length === 2;
  let brightest = 0;
  for (let start = 0; start < data.data.length; start += size) {
    let total = 0;
    for (let i = 0; i < size; i++) {
      if (weights.data[shared ? i : start + i] > 0) total += data.data[start + i];
    }
    brightest = Math.max(brightest, total);
  }
  return brightest;
}

/** The engines' part of a run: history, files. */
class Run {
  readonly #model: Model;
  readonly #config: RunConfig;
  readonly #options: ReconstructOptions;
  readonly #names: OutputNames;
  readonly #history: IterationRecord[] = [];
  readonly #statistics = new Map<string, ScanStatistics>();
  readonly #started = new Date();
  #latest: { readonly iterations: number; readonly result: Promise<Result> } | undefined;
  /** The last file saved on the way; the next one replaces it. */
  #autosaved: string | undefined;

  constructor(model: Model, config: RunConfig, options: ReconstructOptions) {
    this.#model = model;
    this.#config = config;
    this.#options = options;
    this.#names = new OutputNames(config.io.home, options.output);
  }

  async engine(entry: EngineConfig): Promise<void> {
    const start = performance.now();
    const { signal } = this.#options;
    const engine = await createEngine(
      engineName(entry.name),
      entry.values as unknown as EngineParameters[EngineName],
      {
        model: this.#model,
        ...(signal === undefined ? {} : { signal }),
        onIteration: (result) => {
          this.#record(result, engine.numiter, start);
        },
      },
    );
    try {
      await engine.initialize();
      const contiguous = Number(entry.values.numiter_contiguous ?? 1);
      while (engine.iteration < engine.numiter) {
        await engine.iterate(Math.min(contiguous, engine.numiter - engine.iteration));
        await this.#autosave(entry);
        await this.#autoplot(entry);
      }
    } catch (error) {
      if (error instanceof AbortedError) await this.#saveStopped(entry, error);
      throw error;
    } finally {
      await engine.finalize();
    }
    await this.#measure();
    if (this.#config.io.rfile !== null) await this.#save(entry, this.#config.io.rfile);
  }

  /** What the scans were like, by the probe as it is now. Collective. */
  async #measure(): Promise<void> {
    for (const label of this.#model.scans.keys()) {
      this.#statistics.set(label, await scanStatistics(this.#model, label));
    }
  }

  tellStatistics(): void {
    for (const [scan, statistics] of this.#statistics) {
      this.#options.onEvent({ event: 'statistics', scan, ...statistics });
    }
  }

  #record(result: IterationResult, numiter: number, start: number): void {
    const { engine, iteration, seconds } = result;
    const errors = Object.fromEntries(
      Object.entries(result.errors).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    );
    this.#history.push({ engine, iteration, iterations: this.#history.length + 1, numiter, seconds, errors });
    const elapsed = (performance.now() - start) / 1000;
    this.#options.onEvent({
      event: 'iteration',
      engine,
      iteration,
      iterations: numiter,
      errors,
      seconds: elapsed,
    });
  }

  /** Pictures of what the engines found. */
  async pictures(): Promise<void> {
    const entry = this.#config.engines.at(-1);
    if (entry === undefined || this.#options.half !== undefined) return;
    const lit = await fluences(this.#model);
    if (!this.#isMaster) return;
    const folder = dirname(this.#file(entry, this.#config.io.rfile ?? 'pictures'));
    await savePictures(folder, await this.result(), lit, this.#options.onEvent);
  }

  /** The master writes; what all ranks hold is the same. */
  get #isMaster(): boolean {
    return isMaster(this.#options.communicator);
  }

  /** What the model holds now. Read once for all that is made of it. */
  async result(): Promise<Result> {
    const iterations = this.#history.length;
    if (this.#latest?.iterations !== iterations) {
      const result = collectResult(this.#model, this.#config, this.#history, this.#started);
      this.#latest = { iterations, result };
    }
    const statistics = [...this.#statistics].map(([label, numbers]) => [label, { ...numbers }] as const);
    return { ...(await this.#latest.result), statistics: Object.fromEntries(statistics) };
  }

  /** The `.ptyr`, written by the master. */
  async #save(entry: EngineConfig, pattern: string, onEvent = this.#options.onEvent): Promise<string> {
    const file = this.#file(entry, pattern);
    if (this.#isMaster) await saveResult(file, await this.result(), onEvent);
    return file;
  }

  async #autosave(entry: EngineConfig): Promise<void> {
    const { active, interval, rfile } = this.#config.io.autosave;
    if (!active || interval <= 0 || this.#history.length % interval !== 0) return;
    const before = this.#autosaved;
    this.#autosaved = await this.#save(entry, rfile, () => undefined);
    const isOld = before !== undefined && before !== this.#autosaved;
    if (isOld && this.#isMaster) rmSync(before, { force: true });
  }

  async #autoplot(entry: EngineConfig): Promise<void> {
    const { active, dump, interval, imfile } = this.#config.io.autoplot;
    if (!active || !dump || interval <= 0 || this.#history.length % interval !== 0) return;
    const lit = await fluences(this.#model);
    if (!this.#isMaster) return;
    const title = `object phase after ${this.#history.length} iterations`;
    const picture = await phasePicture(await this.result(), lit, title);
    writePicture(this.#file(entry, imfile), picture, this.#options.onEvent);
  }

  async #saveStopped(entry: EngineConfig, error: AbortedError): Promise<void> {
    const { rfile, autosave } = this.#config.io;
    await this.#measure();
    error.message += `; saved ${await this.#save(entry, rfile ?? autosave.rfile)}`;
    await this.pictures();
  }

  #file({ key }: EngineConfig, pattern: string): string {
    const iterations = this.#history.length;
    return this.#names.file(pattern, { run: this.#options.run, engine: key, iterations });
  }
}
