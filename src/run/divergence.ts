/** Stops engines that diverge, with the best of their iterates kept. */
import { DivergenceRule } from '../engines/divergence.ts';
import type { Engine, IterationErrors, IterationResult } from '../engines/engine.ts';
import { PowerMeter } from '../engines/power.ts';
import { engineName } from '../engines/registry.ts';
import type { EngineName } from '../params/engines.ts';
import { areFinite, keepFields, restoreFields, type KeptFields } from '../model/kept-fields.ts';
import type { Model } from '../model/model.ts';
import type { EngineConfig } from './config/config-check.ts';

/** Iterations from one look at whether the iterate is the best so far to the next: a copy costs less than a hundredth of them. */
const KEEP_EVERY = 5;

/** What to try, by engine; `at` is where its parameters stand. */
const ADVICE: Readonly<Record<EngineName, (at: string) => string>> = {
  EPIE: (at) =>
    `Try smaller steps, ${at}.alpha and ${at}.beta of 0.5 say, or the engine LSQML, which finds its own.`,
  RPIE: (at) =>
    `Try smaller steps, ${at}.gamma_object and ${at}.gamma_probe of 0.2 say with a larger ${at}.alpha, or the engine LSQML, which finds its own.`,
  LSQML: (at) => `Try smaller steps, ${at}.alpha and ${at}.beta of 0.5 say, or fewer ${at}.batches.`,
  ML: (at) =>
    `Try another start: some iterations of DM or LSQML before it, or a later ${at}.probe_update_start.`,
  DM: (at) => `Try ${at}.alpha below 1, a later ${at}.probe_update_start, or the engine LSQML.`,
  RAAR: (at) => `Try a smaller ${at}.beta, a later ${at}.probe_update_start, or the engine LSQML.`,
};

export class DivergenceWatch {
  readonly #model: Model;
  readonly #entry: EngineConfig;
  readonly #rule: DivergenceRule;
  #views: number;
  /** Iteration of the last look. */
  #looked: number;
  #best: { readonly iteration: number; readonly error: number; readonly fields: KeptFields };

  /** Of an engine that is about to iterate: what it starts from is the first to go back to. */
  static async start(
    model: Model,
    entry: EngineConfig,
    engine: Pick<Engine, 'iteration'>,
  ): Promise<DivergenceWatch> {
    return new DivergenceWatch(model, entry, engine.iteration, await keepFields(model));
  }

  private constructor(model: Model, entry: EngineConfig, iteration: number, fields: KeptFields) {
    this.#model = model;
    this.#entry = entry;
    this.#rule = new DivergenceRule(entry.name);
    this.#views = viewsOf(model);
    this.#looked = iteration;
    this.#best = { iteration, error: Infinity, fields };
  }

  /**
   * After iterations: what to tell of an engine that diverges. Then the model is that of the best iterate, and the engine must
   * not go on. `isLast`: no iteration follows. Collective.
   */
  async heard(results: readonly IterationResult[], isLast = false): Promise<string | undefined> {
    const last = results.at(-1);
    if (last === undefined) return undefined;
    this.#noteFrames();
    const heard = results.map(({ errors }) => this.#rule.hear(errors)).find((one) => one !== undefined);
    const reason = heard ?? (await this.#look(last, isLast));
    if (reason === undefined) return undefined;
    await restoreFields(this.#model, this.#best.fields);
    return this.#text(reason, last.iteration);
  }

  /** Now and then, and at the end: what is wrong with probe and object, or a copy of the best ones. */
  async #look({ iteration, errors }: IterationResult, isLast: boolean): Promise<string | undefined> {
    const error = this.#errorOf(errors);
    const isMoment = iteration - this.#looked >= KEEP_EVERY && error !== undefined;
    if (!isMoment && !isLast) return undefined;
    if (!(await areFinite(this.#model))) return 'probe or object is not a finite number';
    if (!isMoment || isLast) return undefined;
    this.#looked = iteration;
    if (error >= this.#best.error) return undefined;
    this.#best = { iteration, error, fields: await keepFields(this.#model) };
    return undefined;
  }

  /** By which iterates are compared. Projection engines compute the R-factor now and then. */
  #errorOf({ rfactor, magnitude }: IterationErrors): number | undefined {
    return this.#entry.values.compute_log_likelihood === false ? magnitude : rfactor;
  }

  #noteFrames(): void {
    const views = viewsOf(this.#model);
    if (views === this.#views) return;
    this.#views = views;
    this.#rule.reset();
    this.#best = { ...this.#best, error: Infinity };
  }

  #text(reason: string, iteration: number): string {
    const { key, name } = this.#entry;
    const { error, iteration: kept } = this.#best;
    const best =
      error === Infinity ? 'what it started from' : `those of iteration ${kept}, the best that were kept`;
    const advice = ADVICE[engineName(name)](`engines.${key}`);
    return `${name} diverged and was stopped after ${iteration} iterations: ${reason}. Probe and object are ${best}. ${advice}`;
  }
}

/** Views of all ranks. */
function viewsOf(model: Model): number {
  return [...model.scans.values()].reduce((sum, { indices }) => sum + indices.length, 0);
}

/**
 * What to tell of an engine that ends with an R-factor above 1: worse than an empty model. Of frames of less than a count per
 * pixel the right model has such R-factors, too. Collective.
 */
export async function poorFit(
  model: Model,
  name: string,
  rfactor: number | undefined,
): Promise<string | undefined> {
  if (rfactor === undefined || rfactor <= 1) return undefined;
  const { total, measured } = await new PowerMeter().measure(model);
  if (total < measured) return undefined;
  return (
    `${name} ended with an R-factor of ${rfactor.toPrecision(4)}: its result explains the frames no better than nothing would. ` +
    'Check geometry, positions and mask of the data, and the probe that it starts from'
  );
}
