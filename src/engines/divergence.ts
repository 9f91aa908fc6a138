/**
 * Whether an engine runs away from the solution, told by its errors alone, which are the same on all ranks. One of these makes
 * it so:
 *
 * - an error that is not finite;
 * - an error of `GROWTH` times its smallest value, with an R-factor that has grown as well and is no longer a good one;
 * - an R-factor above 1 (an empty model has 1) that has grown by `WORSE`: frames of less than a count per pixel have such
 *   R-factors from the start.
 *
 * The latter two count where they last for `PATIENCE` values, so that a jump from which the engine comes back does not.
 */
import type { IterationErrors } from './engine.ts';

const GROWTH = 10;
const WORSE = 1.2;
const PATIENCE = 3;
/** No R-factor up to this is called divergence: of exact data errors rise from next to nothing to next to nothing. */
const GOOD = 0.05;
/**
 * Iterations after which the errors of projection engines count: they start from exit waves that are those of the model, which
 * has errors that an engine before may have brought far down.
 */
const SETTLING = 10;

const PROJECTIONS: readonly string[] = ['DM', 'RAAR'];
/** Squares, in which an engine may run away while amplitudes hardly show it; the exit error is a change. */
const JUDGED = ['magnitude', 'photon', 'loss'] as const;

type Judged = (typeof JUDGED)[number] | 'rfactor';

const WRITTEN: Readonly<Record<Judged | 'exit', string>> = {
  magnitude: 'magnitude error',
  photon: 'photon error',
  exit: 'exit error',
  loss: 'loss',
  rfactor: 'R-factor',
};

export class DivergenceRule {
  readonly #isProjection: boolean;
  readonly #least = new Map<Judged, number>();
  #heard = 0;
  #suspicious = 0;

  constructor(engine: string) {
    this.#isProjection = PROJECTIONS.includes(engine);
  }

  /** What an iteration came to. Returns what is wrong once the engine diverges. */
  hear(errors: IterationErrors): string | undefined {
    this.#heard++;
    const broken = brokenError(errors);
    if (broken !== undefined) return broken;
    if (this.#isProjection && this.#heard <= SETTLING) return undefined;
    const { rfactor } = errors;
    // Projection engines compute it now and then, if at all: what lies between is not judged where it is known.
    if (rfactor === undefined && this.#least.has('rfactor')) return undefined;
    const suspicion = this.#suspicionOf(errors);
    this.#suspicious = suspicion === undefined ? 0 : this.#suspicious + 1;
    return this.#suspicious >= PATIENCE ? suspicion : undefined;
  }

  /** Other frames have other errors. */
  reset(): void {
    this.#least.clear();
    this.#suspicious = 0;
    this.#heard = 0;
  }

  #suspicionOf(errors: IterationErrors): string | undefined {
    const { rfactor } = errors;
    const worst = this.#against('rfactor', rfactor);
    const grown = JUDGED.map((name) =>
      this.#against(name, this.#counts(name, rfactor) ? errors[name] : undefined),
    );
    if (rfactor === undefined) return grown.find((one) => one !== undefined && one.growth > GROWTH)?.text;
    if (worst === undefined) return undefined;
    if (rfactor > 1 && worst.growth > WORSE) return worst.text;
    if (rfactor <= GOOD || worst.growth <= WORSE) return undefined;
    return [worst, ...grown].find((one) => one !== undefined && one.growth > GROWTH)?.text;
  }

  /** The magnitude error of projection engines is that of waves that overshoot: it says little where the R-factor is known. */
  #counts(name: Judged, rfactor: number | undefined): boolean {
    return name !== 'magnitude' || !this.#isProjection || rfactor === undefined;
  }

  /** An error against its smallest value, which it becomes part of. */
  #against(name: Judged, value: number | undefined): { growth: number; text: string } | undefined {
    if (value === undefined) return undefined;
    const least = Math.min(value, this.#least.get(name) ?? Infinity);
    this.#least.set(name, least);
    const text = `${WRITTEN[name]} ${value.toPrecision(4)}, ${least.toPrecision(4)} at best`;
    return { growth: least > 0 ? value / least : 1, text };
  }
}

/** Means leave out what is not a number; every engine has a magnitude error. */
function brokenError(errors: IterationErrors): string | undefined {
  const names = Object.keys(WRITTEN) as (keyof typeof WRITTEN)[];
  const broken = names.find((name) => errors[name] !== undefined && !Number.isFinite(errors[name]));
  if (broken !== undefined) return `${WRITTEN[broken]} is not a finite number`;
  return errors.magnitude === undefined ? 'errors are not numbers' : undefined;
}
