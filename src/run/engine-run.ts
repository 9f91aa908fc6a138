/** The engines of a run, one after the other, with what they leave behind: history, files, pictures. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine, IterationResult } from '../engines/engine.ts';
import { createEngine, engineName } from '../engines/registry.ts';
import { AbortedError, ConfigError, DivergedError, PtyflowError } from '../errors.ts';
import { readArrayFile } from '../hdf5/array-file.ts';
import type { Model } from '../model/model.ts';
import { isMaster } from '../parallel/communicator.ts';
import { moved } from '../quality/moved.ts';
import type { IterationRecord, Remark, Result } from '../ptyr/result.ts';
import { scanStatistics, type ScanStatistics } from '../quality/scan-statistics.ts';
import { engineService } from './control/engine-service.ts';
import { changedConfig } from './config/change-config.ts';
import { Autosave } from './results/autosave.ts';
import type { EngineConfig, RunConfig } from './config/config-check.ts';
import type { About } from './advice/advice.ts';
import { DivergenceWatch, poorFit } from './divergence.ts';
import { OutputNames } from './results/file-names.ts';
import type { LiveScans } from './live/live.ts';
import { LivePicture } from './live/live-picture.ts';
import type { ReconstructOptions } from './options.ts';
import type { Resume } from './results/resume.ts';
import type { Png } from '../pictures/figures/figures.ts';
import { fluences, phasePicture, savePictures, writePicture } from './results/save-pictures.ts';
import { collectResult, saveResult } from './results/save-result.ts';
import { runPoint, saveRun, type RunToSave } from './results/save-run.ts';

/** Iterations of an engine that goes on while frames come. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

export class EngineRun {
  readonly #model: Model;
  /** Changes with `change`. */
  #config: RunConfig;
  readonly #options: ReconstructOptions;
  readonly #names: OutputNames;
  readonly #history: IterationRecord[];
  readonly #remarks: Remark[];
  readonly #statistics = new Map<string, ScanStatistics>();
  readonly #started = new Date();
  #latest: { readonly iterations: number; readonly result: Promise<Result> } | undefined;
  readonly #autosave: Autosave;
  /** Of a scan that is followed. */
  #livePicture: LivePicture | undefined;

  /** Keys of the engines that have ended. */
  readonly #done = new Set<string>();
  /** The run this one goes on with, until its engine has taken over. */
  #resume: Resume | undefined;
  /** Of the last engine, if it diverged. */
  #diverged: string | undefined;

  constructor(model: Model, config: RunConfig, options: ReconstructOptions, resume?: Resume) {
    this.#model = model;
    this.#config = config;
    this.#options = options;
    this.#names = new OutputNames(config.io.home, options.output);
    this.#history = [...(resume?.history ?? [])];
    this.#remarks = [...(resume?.remarks ?? [])];
    this.#resume = resume;
    this.#autosave = new Autosave({
      config: config.io.autosave,
      communicator: options.communicator,
      onEvent: options.onEvent,
      thread: options.saver,
      iterations: this.#history.length,
    });
    resume?.requireKept(this.#results());
  }

  /** Files of the engines when they have finished. */
  #results(): string[] {
    const { engines, io } = this.#config;
    const { rfile } = io;
    if (rfile === null) return [];
    let iterations = this.#history.length;
    return engines.map(({ name, values }) => {
      iterations += Number(values.numiter);
      return this.#names.file(rfile, { run: this.#options.run, engine: name, iterations });
    });
  }

  /** Of an engine that had finished when its run ended: its file, in case that was just before it was written. Collective. */
  async finished(): Promise<void> {
    const done = this.#resume?.finished;
    if (done === undefined) return;
    await this.#measure();
    const { rfile } = this.#config.io;
    if (rfile === null || existsSync(this.#file(done.entry, rfile))) return;
    await this.#save(done.entry, rfile, done.iteration);
  }

  /**
   * The first engine on the frames that there are, for as long as more come. What it keeps beside probe and object is of frames
   * that came one after the other: with all of them it begins anew.
   */
  async live(scans: LiveScans): Promise<void> {
    const { signal } = this.#options;
    const first = this.#config.engines.at(0);
    if (first === undefined) {
      while (!scans.ended) await scans.grow({ wait: true, signal });
      return;
    }
    while (!scans.ended) {
      const diverged = await this.#liveEngine(this.#entry(first.key), scans);
      if (diverged === undefined) return;
      this.#warn(`${diverged} It starts again when more frames arrive.`, 'diverged');
      await scans.grow({ wait: true, signal });
    }
  }

  /** Until all frames are there, or until the engine diverges: then what there is to tell of it. */
  async #liveEngine(entry: EngineConfig, scans: LiveScans): Promise<string | undefined> {
    const { signal, desk } = this.#options;
    const endless = { ...entry, values: endlessly(entry) };
    const engine = await this.#createEngine(endless, performance.now());
    if (this.#config.io.pictures) this.#livePicture = this.#startPicture(entry);
    try {
      await engine.initialize();
      const watch = await DivergenceWatch.start(this.#model, endless, engine);
      while (!scans.ended) {
        const diverged = await watch.heard(await engine.iterate(1));
        if (diverged !== undefined) return diverged;
        await this.#saveOnTheWay(entry, 0);
        await this.#autoplot(entry);
        await this.#updatePicture();
        await this.#serve(entry.key, engine, endlessly);
        await scans.grow({ signal, desk });
      }
      return undefined;
    } catch (error) {
      if (error instanceof PtyflowError) await this.#saveStopped(entry, 0, undefined, error);
      throw error;
    } finally {
      await engine.finalize();
    }
  }

  /** Runs the engine with this key to its end, or to where it diverges. */
  async engine(key: string): Promise<void> {
    const entry = this.#entry(key);
    const resume = this.#resume;
    this.#resume = undefined;
    const before = this.#history.slice(this.#history.length - (resume?.iteration ?? 0));
    const start = performance.now() - 1000 * before.reduce((sum, { seconds }) => sum + seconds, 0);
    const engine = await this.#createEngine(entry, start);
    let diverged: string | undefined;
    try {
      await engine.initialize();
      await resume?.restoreEngine(engine, this.#model);
      const watch = await DivergenceWatch.start(this.#model, entry, engine);
      await this.#serve(key, engine);
      while (engine.iteration < engine.numiter) {
        const contiguous = Number(this.#entry(key).values.numiter_contiguous ?? 1);
        const results = await engine.iterate(Math.min(contiguous, engine.numiter - engine.iteration));
        diverged = await watch.heard(results, engine.iteration >= engine.numiter);
        if (diverged !== undefined) break;
        await this.#saveOnTheWay(entry, engine.iteration, engine);
        await this.#autoplot(entry);
        await this.#updatePicture();
        await this.#serve(key, engine);
      }
    } catch (error) {
      if (error instanceof AbortedError) await this.#saveStopped(entry, engine.iteration, engine, error);
      throw error;
    } finally {
      await engine.finalize();
    }
    this.#done.add(key);
    this.#diverged = diverged;
    if (diverged !== undefined) this.#warn(diverged, 'diverged');
    else await this.#warnOfPoorFit(entry);
    this.#reportPositions(entry);
    await this.#measure();
    const { rfile } = this.#config.io;
    if (rfile === null) return;
    // A file saved on the way that has the same name is a result from now on.
    await this.#autosave.release(this.#file(entry, rfile));
    await this.#save(entry, rfile, engine.iteration);
  }

  /** The engine with this key, as it is to run now. */
  #entry(key: string): EngineConfig {
    const entry = this.#config.engines.find((engine) => engine.key === key);
    if (entry === undefined) throw new Error(`there is no engine ${key}`);
    return entry;
  }

  /** Does what is asked of the run. `valuesOf`: what the engine takes of its entry. Collective. */
  async #serve(
    key: string,
    engine: Engine,
    valuesOf: (entry: EngineConfig) => EngineConfig['values'] = ({ values }) => values,
  ): Promise<void> {
    const { desk, communicator, signal, onEvent } = this.#options;
    const service = engineService({
      model: this.#model,
      onEvent,
      place: () => ({ engine: key, iteration: engine.iteration, iterations: this.#history.length }),
      change: (changes) => {
        this.#config = changedConfig(this.#config, changes, { running: key, done: this.#done });
        // What was collected before holds the old configuration.
        this.#latest = undefined;
        engine.change(valuesOf(this.#entry(key)));
      },
      save: () => this.#saveNow(this.#entry(key), engine),
      remark: (remark) => {
        this.#remarks.push(remark);
        this.#latest = undefined;
      },
      result: () => this.result(),
    });
    await desk?.serve(service, communicator, signal);
  }

  /**
   * Throws a `DivergedError` where the last engine diverged: what there is then is the best that was on the way. The master does
   * so for all ranks.
   */
  requireConverged(): void {
    if (this.#diverged === undefined || !this.#isMaster) return;
    throw new DivergedError(this.#ofHalf(this.#diverged));
  }

  async #warnOfPoorFit({ name }: EngineConfig): Promise<void> {
    const message = await poorFit(this.#model, name, this.#history.at(-1)?.errors.rfactor);
    if (message !== undefined) this.#warn(message, 'fit');
  }

  #warn(message: string, about: About): void {
    this.#options.onEvent({ event: 'warning', message: this.#ofHalf(message), about });
  }

  #ofHalf(message: string): string {
    const { half } = this.#options;
    return half === undefined ? message : `half ${half}: ${message}`;
  }

  async #createEngine({ key, name, values }: EngineConfig, start: number): Promise<Engine> {
    this.#refuseMetres(key, values);
    const { signal, log } = this.#options;
    const mask = values.object_regul_mask;
    const objectMask =
      typeof mask === 'string' ? await readArrayFile(mask, `engines.${key}.object_regul_mask`) : undefined;
    return createEngine(engineName(name), values, {
      model: this.#model,
      log,
      ...(signal === undefined ? {} : { signal }),
      ...(objectMask === undefined ? {} : { objectMask }),
      onIteration: (result) => {
        // It may have been changed meanwhile; of a scan that is followed there is none yet.
        const isEndless = values.numiter === ENDLESS;
        const numiter = isEndless ? ENDLESS : Number(this.#entry(key).values.numiter);
        this.#record(key, result, numiter, start);
      },
    });
  }

  /** Throws a ConfigError for shifts in metres where only pixels are known. */
  #refuseMetres(key: string, { position_refinement: refinement }: EngineConfig['values']): void {
    const inPixels = [...this.#model.probes.values()].some(({ geometry }) => geometry.inPixels === true);
    if (!inPixels || (refinement ?? null) === null) return;
    const path = `engines.${key}.position_refinement`;
    const message =
      'amplitude and max_shift are in metres, this scan is in pixels: give energy, distance and psize';
    throw new ConfigError([{ path, message }]);
  }

  /** What the scans were like, by the probe as it is now. Collective. */
  async #measure(): Promise<void> {
    for (const label of this.#model.scans.keys()) {
      this.#statistics.set(label, await scanStatistics(this.#model, label));
    }
  }

  tellStatistics(): void {
    for (const [scan, statistics] of this.#statistics) {
      const { geometry } = this.#model.probe(this.#model.scan(scan).probeId);
      const unit = geometry.inPixels === true ? { inPixels: true as const } : {};
      this.#options.onEvent({ event: 'statistics', scan, ...unit, ...statistics });
    }
  }

  #record(key: string, result: IterationResult, numiter: number, start: number): void {
    const { engine, iteration, seconds } = result;
    const isEndless = numiter === ENDLESS;
    const errors = Object.fromEntries(
      Object.entries(result.errors).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    );
    this.#history.push({
      engine,
      iteration,
      iterations: this.#history.length + 1,
      numiter: isEndless ? iteration : numiter,
      seconds,
      errors,
    });
    const elapsed = (performance.now() - start) / 1000;
    this.#options.onEvent({
      event: 'iteration',
      ...{ engine, key },
      iteration,
      iterations: isEndless ? null : numiter,
      errors,
      seconds: elapsed,
    });
  }

  /** How far positions are from the measured ones, after an engine that refines them. */
  #reportPositions({ name, values }: EngineConfig): void {
    if ((values.position_refinement ?? null) === null) return;
    for (const scan of this.#model.scans.keys()) {
      const distances = moved(this.#model.positionsOf(scan));
      this.#options.onEvent({ event: 'positions', engine: name, scan, ...distances });
    }
  }

  /** Pictures of what the engines found. */
  async pictures(): Promise<void> {
    await this.#updatePicture(true);
    const entry = this.#config.engines.at(-1);
    const isWanted = this.#config.io.pictures && this.#options.half === undefined;
    if (entry === undefined || !isWanted) return;
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
      const result = collectResult(this.#model, this.#config, {
        history: this.#history,
        remarks: this.#remarks,
        started: this.#started,
      });
      this.#latest = { iterations, result };
    }
    const statistics = [...this.#statistics].map(([label, numbers]) => [label, { ...numbers }] as const);
    return { ...(await this.#latest.result), statistics: Object.fromEntries(statistics) };
  }

  /**
   * The `.ptyr`, written by the master; of an engine that is to go on with its state, if that is wanted. That of a half holds
   * results only: nothing resumes from it.
   */
  async #save(
    entry: EngineConfig,
    pattern: string,
    iteration: number,
    engine?: Engine,
    write: RunToSave['write'] = (file, result, progress) =>
      saveResult(file, result, this.#options.onEvent, progress),
  ): Promise<string> {
    const file = this.#file(entry, pattern);
    const { half } = this.#options;
    const point = half === undefined ? runPoint(this.#config, this.#options, entry, iteration) : undefined;
    const run = { file, point, result: () => this.result(), write };
    await saveRun(run, this.#model, this.#config, this.#config.io.autosave.state ? engine : undefined);
    return file;
  }

  async #saveOnTheWay(entry: EngineConfig, iteration: number, engine?: Engine): Promise<void> {
    const iterations = this.#history.length;
    const isLast = entry.key === this.#config.engines.at(-1)?.key;
    const ends = isLast && engine !== undefined && engine.iteration >= engine.numiter;
    if (!(await this.#autosave.due(iterations, ends))) return;
    await this.#autosave.save(iterations, async (write) => {
      await this.#save(entry, this.#config.io.autosave.rfile, iteration, engine, write);
    });
  }

  /** What there is, on request: the file stays. Throws a `FileError` on the master where that fails. Collective. */
  async #saveNow(entry: EngineConfig, engine: Engine): Promise<string> {
    const file = this.#file(entry, this.#config.io.autosave.rfile);
    await this.#autosave.saveNow(file, this.#history.length, async (write) => {
      await this.#save(entry, this.#config.io.autosave.rfile, engine.iteration, engine, write);
    });
    if (this.#isMaster) this.#options.onEvent({ event: 'saved', what: 'ptyr', file });
    return file;
  }

  /** Waits for what is still being written on the way. */
  close(): Promise<void> {
    return this.#autosave.close();
  }

  async #autoplot(entry: EngineConfig): Promise<void> {
    const { active, dump, interval, imfile } = this.#config.io.autoplot;
    if (!active || !dump || interval <= 0 || this.#history.length % interval !== 0) return;
    const picture = await this.#phase(`object phase after ${this.#history.length} iterations`);
    if (picture !== undefined) writePicture(this.#file(entry, imfile), picture, this.#options.onEvent);
  }

  /** The phase as it is now, on the master. Collective. */
  async #phase(title: string): Promise<Png | undefined> {
    const lit = await fluences(this.#model);
    return this.#isMaster ? phasePicture(await this.result(), lit, title) : undefined;
  }

  #startPicture(entry: EngineConfig): LivePicture {
    const { rfile, autosave } = this.#config.io;
    const { communicator, onEvent } = this.#options;
    const folder = dirname(this.#file(entry, rfile ?? autosave.rfile));
    return new LivePicture(join(folder, 'live.png'), communicator, onEvent);
  }

  async #updatePicture(now = false): Promise<void> {
    await this.#livePicture?.update(() => {
      const frames = [...this.#model.scans.values()].reduce((sum, { indices }) => sum + indices.length, 0);
      return this.#phase(`object phase: ${frames} frames, ${this.#history.length} iterations`);
    }, now);
  }

  async #saveStopped(
    entry: EngineConfig,
    iteration: number,
    engine: Engine | undefined,
    error: Error,
  ): Promise<void> {
    const { rfile, autosave } = this.#config.io;
    // What follows is newer.
    await this.#autosave.abandon();
    await this.#measure();
    const { half } = this.#options;
    const kept = half === undefined ? engine : undefined;
    const saved = await this.#save(entry, rfile ?? autosave.rfile, iteration, kept);
    const next =
      half === undefined
        ? 'resume from it with --resume'
        : 'to make both halves again, resume the reconstruction of all frames with --half-sets';
    error.message += `; saved ${saved}; ${next}`;
    // Who stops a run does not wait for pictures that may take longer than saving.
    await this.#updatePicture();
  }

  #file({ name }: EngineConfig, pattern: string): string {
    const iterations = this.#history.length;
    return this.#names.file(pattern, { run: this.#options.run, engine: name, iterations });
  }
}

/** As long as frames come. Positions are refined when all views that overlap are there. */
function endlessly({ values }: EngineConfig): EngineConfig['values'] {
  return { ...values, numiter: ENDLESS, position_refinement: null };
}
