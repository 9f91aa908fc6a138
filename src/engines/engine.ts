/**
 * What every engine is: iterations on a model, each with its errors. State carries over from one engine to the next through
 * the probes, objects and positions of the model. Everything that waits is collective.
 */
import type { NdArray } from '../array/ndarray.ts';
import { breathe } from '../breathe.ts';
import type { Backend } from '../compute/backend.ts';
import { AbortedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Model } from '../model/model.ts';
import { onAnyRank } from '../parallel/any-rank.ts';
import type { Communicator } from '../parallel/communicator.ts';
import { SET_AT_START, type PositionRefinementParameters } from '../params/engines.ts';
import { NO_STATE, type EngineState } from './engine-state.ts';
import { PositionRefinement } from './positions/position-refinement.ts';

/** Means over all views; those an iteration did not compute are left out. */
export interface IterationErrors {
  /** Fourier magnitude error. */
  readonly magnitude?: number;
  /** Photon (log-likelihood) error. */
  readonly photon?: number;
  /** Exit-wave error. */
  readonly exit?: number;
  /** Σ|√M − √I| / Σ√I over all valid pixels. */
  readonly rfactor?: number;
  /** Loss per measured point, of maximum likelihood. */
  readonly loss?: number;
}

/** What an iteration came to. */
export interface IterationResult {
  readonly engine: string;
  /** Iterations of this engine done, this one included. */
  readonly iteration: number;
  readonly errors: IterationErrors;
  /** Wall time of the iteration. */
  readonly seconds: number;
}

export interface EngineContext {
  readonly model: Model;
  /** Honoured between iterations. */
  readonly signal?: AbortSignal;
  readonly onIteration?: (result: IterationResult) => void;
  /** Where `DM` holds the object at a known value: the array of its `object_regul_mask`. */
  readonly objectMask?: NdArray;
  /** Hears what a user should know. By default warnings and errors go to the console. */
  readonly log?: Log;
}

/** An algorithm on a model, iteration after iteration. All calls are collective. */
export interface Engine {
  readonly name: string;
  /** Iterations done. */
  readonly iteration: number;
  /** Iterations asked for. */
  readonly numiter: number;
  /** Takes memory; the model must hold frames. */
  initialize(): Promise<void>;
  /**
   * `count` further iterations, and their results. New packages of the model enter before the first of them.
   * Throws `AbortedError` when the signal says so; probe and object are then those of the last iteration.
   */
  iterate(count: number): Promise<IterationResult[]>;
  /** What it keeps beside probes and objects, between iterations. Collective. */
  saveState(): Promise<EngineState>;
  /**
   * Goes on after `iteration` iterations, with the state it had then; without one, from probes and objects alone. Called
   * after `initialize`, on a model with the probes and objects of then; exit waves follow through the backend. Throws
   * `DataError` for a state that does not fit. Collective.
   */
  restoreState(iteration: number, state?: EngineState): Promise<void>;
  /**
   * Takes other values for its parameters, from the next iteration on, on all ranks alike. Those of `SET_AT_START`
   * (params/engines.ts) stay what they were.
   */
  change(parameters: Readonly<Record<string, unknown>>): void;
  /** Gives memory back. */
  finalize(): Promise<void>;
}

/** Parameters all engines have, by ptypy's names. */
export interface CommonParameters {
  readonly numiter: number;
  /** Null: views stay where they are. */
  readonly position_refinement: PositionRefinementParameters | null;
}

/** The loop all engines share. */
export abstract class IterativeEngine<P extends CommonParameters> implements Engine {
  abstract readonly name: string;
  iteration = 0;
  /** Its own: whatever keeps it sees every change. */
  protected readonly parameters: P;
  protected readonly model: Model;
  protected readonly backend: Backend;
  protected readonly communicator: Communicator;
  readonly #context: EngineContext;
  readonly #refinement: PositionRefinement | undefined;

  constructor(parameters: P, context: EngineContext) {
    this.parameters = { ...parameters };
    this.model = context.model;
    this.backend = context.model.backend;
    this.communicator = context.model.communicator;
    this.#context = context;
    const { position_refinement: refinement } = parameters;
    if (refinement === null) return;
    this.#refinement = new PositionRefinement(refinement, () => this.numiter, this.model);
  }

  change(parameters: Readonly<Record<string, unknown>>): void {
    const changed = Object.entries(parameters).filter(([name]) => !SET_AT_START.has(name));
    Object.assign(this.parameters, Object.fromEntries(changed));
  }

  get numiter(): number {
    return this.parameters.numiter;
  }

  /** Brings the engine up to date with the model: new blocks, grown objects. Cheap when there is nothing new. */
  protected abstract prepare(): Promise<void>;
  /** Iteration number `iteration`, counted from 0. */
  protected abstract step(iteration: number): Promise<IterationErrors>;
  abstract finalize(): Promise<void>;

  /** Engines that keep nothing leave this and `restoreState` as they are. */
  saveState(): Promise<EngineState> {
    return Promise.resolve(NO_STATE);
  }

  restoreState(iteration: number): Promise<void> {
    this.iteration = iteration;
    return Promise.resolve();
  }

  async initialize(): Promise<void> {
    await this.prepare();
  }

  async iterate(count: number): Promise<IterationResult[]> {
    const results: IterationResult[] = [];
    await this.prepare();
    for (let i = 0; i < count; i++) {
      await this.#checkAbort();
      const start = performance.now();
      const errors = await this.step(this.iteration);
      await this.#refinePositions();
      this.iteration++;
      const seconds = (performance.now() - start) / 1000;
      const result = { engine: this.name, iteration: this.iteration, errors, seconds };
      results.push(result);
      this.#context.onIteration?.(result);
      await breathe();
    }
    return results;
  }

  /** Views move after the step, as in ptypy. Exit waves stay what they are; an object that grew needs other arrays. */
  async #refinePositions(): Promise<void> {
    const refinement = this.#refinement;
    if (refinement?.isDue(this.iteration) !== true) return;
    if (await refinement.run(this.iteration)) await this.prepare();
  }

  /** All ranks stop at the same iteration, whichever heard of it. */
  async #checkAbort(): Promise<void> {
    const { signal } = this.#context;
    if (!(await onAnyRank(this.communicator, signal?.aborted === true))) return;
    throw new AbortedError(`${this.name} stopped after ${this.iteration} iterations`, {
      cause: signal?.reason,
    });
  }
}
