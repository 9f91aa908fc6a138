/** What the errors of an engine say. Engines that diverge are stopped and say so themselves. */
import type { IterationRecord } from '../../ptyr/result.ts';
import type { Advice } from './advice.ts';

/** Iterations over which nothing gets better. */
const LONG = 40;
/** Before that nobody expects much. */
const LEAST = 60;
/** An R-factor that is smaller by less than that stands still, as a share of it. */
const SAME = 0.02;
/** Up to this R-factor an engine may have arrived. */
const GOOD = 0.2;
/** Above this one it has not, whatever it began with. */
const POOR = 0.45;
/** It has gained little, as a share of the R-factor of the first iteration. */
const LITTLE = 0.6;
/** Photon errors are about 1 where noise alone is left. */
const NOISE = 10;

/** An iteration. */
export interface Entry extends Pick<IterationRecord, 'engine' | 'iteration' | 'iterations'> {
  readonly errors: Readonly<Partial<Record<string, number>>>;
}

/**
 * An engine whose R-factor stays where nobody would stop: far above noise, and hardly below that of the first iteration. Nothing is
 * said of a run whose beginning is not known.
 */
export function adviceOnErrors(history: readonly Entry[]): Advice | undefined {
  const [first, last] = [history.at(0), history.at(-1)];
  if (first === undefined || last === undefined || first.iterations !== 1) return undefined;
  const own = history.slice(
    history.findLastIndex(({ engine, iteration }) => engine !== last.engine || iteration < 1) + 1,
  );
  const now = last.errors.rfactor;
  const before = own.at(-1 - LONG)?.errors.rfactor;
  const began = first.errors.rfactor;
  if (own.length < LEAST || before === undefined || began === undefined || now === undefined)
    return undefined;
  // The best of the last ones: engines that work on a few frames at a time go up and down.
  const best = Math.min(...own.slice(-LONG).flatMap(({ errors }) => errors.rfactor ?? []));
  const isSame = best > (1 - SAME) * before;
  const isFar = best > GOOD && (best > POOR || best > LITTLE * began);
  const isNoise = !(photonOf(last) > NOISE);
  if (!isSame || !isFar || isNoise) return undefined;
  return {
    about: 'standstill',
    text:
      `${last.engine} stands still: the R-factor is ${show(now)}, was ${show(before)} ${LONG} iterations ago and ${show(began)} at the start. ` +
      'Check the order of the positions and the sign and swap of their axes, energy, distance and psize, and the probe that it starts from',
  };
}

function photonOf({ errors }: Entry): number {
  return errors.photon ?? NaN;
}

function show(value: number): string {
  return value.toPrecision(3);
}
