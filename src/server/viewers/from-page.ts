/** Messages of pages, which may come from anybody: checked before anything reads them. */
import * as z from 'zod';
import { STATISTICS } from '../../scan/prepare/mask-edits.ts';
import type { FromPage } from '../protocol/messages.ts';

const NAME = z.string().max(1000);
const NUMBER = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const SCREEN = z.tuple([z.int().min(1).max(16384), z.int().min(1).max(16384)]).nullable();
const WANTED = { id: NUMBER, source: NAME, name: NAME };

const WANT = z.discriminatedUnion('what', [
  z.strictObject({ ...WANTED, what: z.enum(['object', 'probe']), layer: NUMBER, screen: SCREEN }),
  z.strictObject({ ...WANTED, what: z.literal('frame'), index: NUMBER.nullable() }),
  z.strictObject({ ...WANTED, what: z.enum(['positions', 'rfactors']) }),
  z.strictObject({ ...WANTED, what: z.literal('coverage'), screen: SCREEN }),
  z.strictObject({ ...WANTED, what: z.literal('statistics') }),
  z.strictObject({ ...WANTED, what: z.literal('raw'), index: NUMBER }),
]);

const PLACE = z.tuple([z.number(), z.number()]);
const MASKS = { masks: z.boolean() };

const EDIT = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('brush'),
    radius: z.number().min(0).max(1000),
    points: z.array(PLACE).min(1),
    ...MASKS,
  }),
  z.strictObject({ do: z.literal('rectangle'), from: PLACE, to: PLACE, ...MASKS }),
  z.strictObject({
    do: z.literal('threshold'),
    of: z.enum(STATISTICS),
    side: z.enum(['above', 'below']),
    value: z.number(),
    ...MASKS,
  }),
  z.strictObject({ do: z.literal('hot'), ...MASKS }),
  z.strictObject({ do: z.literal('clear') }),
]);

const SHAPE = z.tuple([z.int().min(1).max(65536), z.int().min(1).max(65536)]);

const REQUEST = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('stop reading'), source: NAME }),
  z.strictObject({ do: z.literal('edit mask'), source: NAME, from: NUMBER, edits: z.array(EDIT) }),
  z.strictObject({
    do: z.literal('save preparation'),
    source: NAME,
    masked: NUMBER,
    values: z.strictObject({
      center: PLACE.optional(),
      shape: SHAPE.optional(),
      rebin: z.int().min(1).max(32).optional(),
      orientation: z.int().min(0).max(7).optional(),
    }),
    into: z.enum(['mask', 'new', 'given']),
  }),
  z.strictObject({ do: z.enum(['pause', 'resume', 'stop', 'save']) }),
  z.strictObject({
    do: z.literal('change'),
    changes: z.record(NAME, z.record(NAME, z.unknown())),
  }),
]);

/** Pictures that a page may want at a time. */
const MOST_WANTS = 32;

const MESSAGE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open'), source: NAME }),
  z.strictObject({ kind: z.literal('parameters'), source: NAME }),
  z.strictObject({ kind: z.literal('want'), wants: z.array(WANT).max(MOST_WANTS) }),
  z.strictObject({ kind: z.literal('drawn'), channel: NUMBER, sequence: NUMBER }),
  z.strictObject({ kind: z.literal('ask'), id: NUMBER, request: REQUEST }),
]);

/** Undefined for what is no message of a page. */
export function fromPage(text: string): FromPage | undefined {
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch {
    return undefined;
  }
  return MESSAGE.safeParse(tree).data;
}
