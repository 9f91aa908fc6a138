/** After which iterations positions are refined, and how far shifts may reach. Iterations are counted from 0. */
import type { PositionRefinementParameters } from '../../params/engines.ts';

export class RefinementSchedule {
  readonly #parameters: PositionRefinementParameters;
  readonly #start: number;
  readonly #numiter: () => number;

  /** `numiter`: iterations of the engine, which may change. */
  constructor(parameters: PositionRefinementParameters, numiter: () => number) {
    this.#parameters = parameters;
    this.#start = parameters.start ?? 0;
    this.#numiter = numiter;
  }

  get #stop(): number {
    return this.#parameters.stop ?? this.#numiter();
  }

  /** No iteration from here on. */
  get #end(): number {
    return Math.min(this.#stop, this.#numiter());
  }

  /** Multiples of `interval`, from `start` on and before `stop`, as in ptypy. */
  isDue(iteration: number): boolean {
    const { interval } = this.#parameters;
    return iteration >= this.#start && iteration < this.#stop && iteration % interval === 0;
  }

  /** Whether none comes after this one. */
  isLast(iteration: number): boolean {
    return iteration + this.#parameters.interval >= this.#end;
  }

  /** Whether there is any. */
  get isEverDue(): boolean {
    const { interval } = this.#parameters;
    return Math.ceil(this.#start / interval) * interval < this.#end;
  }

  /** Largest shift along each axis, m: falls to 0 from `start` to `stop` if it is to decay. */
  amplitudeM(iteration: number): number {
    const { amplitude, amplitude_decay: decays } = this.#parameters;
    return decays ? (amplitude * (this.#stop - iteration)) / (this.#stop - this.#start) : amplitude;
  }
}
