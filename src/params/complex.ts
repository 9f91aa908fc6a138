/** Complex numbers as a configuration writes them. */
import * as z from 'zod';
import { custom, type ParamType } from './types.ts';

const NUMBER = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const COMPLEX = new RegExp(`^([-+]?${NUMBER})?(?:([-+]?${NUMBER}|[-+](?=[ij]))[ij])?$`);

/** A complex number: a number, a pair [re, im], or text such as `1+0j`. The checked value is a pair. */
export function complex(): ParamType<readonly [number, number], number | string | readonly [number, number]> {
  return custom(
    z.union([
      z.number().transform((real): readonly [number, number] => [real, 0]),
      z.tuple([z.number(), z.number()]),
      z.string().transform((given, context): readonly [number, number] => {
        const value = parseComplex(given);
        if (value !== undefined) return value;
        context.addIssue({ code: 'custom', message: 'not a complex number' });
        return z.NEVER;
      }),
    ]),
    'complex',
    'a number, a pair [re, im], or text such as 1+0j',
  );
}

/** `1+0j`, `(0.5-2j)`, `3`, `-1e-3j`; undefined for anything else. */
export function parseComplex(given: string): readonly [number, number] | undefined {
  const bare = given.replaceAll(/\s/g, '').replace(/^\((.*)\)$/, '$1');
  const match = bare === '' ? null : COMPLEX.exec(bare);
  if (match === null) return undefined;
  // A group that took no part in the match is undefined, whatever its type says.
  const [, real = '0', imaginary = '0'] = match as (string | undefined)[];
  return [Number(real), Number(/^[-+]$/.test(imaginary) ? `${imaginary}1` : imaginary)];
}
