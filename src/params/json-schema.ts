/** JSON Schema (draft 7, which editors read) of parameter groups: types, ranges, defaults, units and help. */
import * as z from 'zod';
import {
  groupOf,
  isIgnored,
  isOptionalGroup,
  isParam,
  isSwitched,
  type Param,
  type ParamEntry,
  type ParamGroup,
} from './declare.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DRAFT = 'draft-7';
const NONE: readonly JsonSchema[] = [{ type: 'null' }, { const: 'None' }];

/** Schema of one group. `more` adds properties the caller describes itself, `required` names those that must be there. */
export function groupSchema(
  group: ParamGroup,
  more: Readonly<Record<string, JsonSchema>> = {},
  required: readonly string[] = [],
): JsonSchema {
  const properties = Object.entries(group).map(([name, entry]) => [name, entrySchema(entry)] as const);
  return {
    type: 'object',
    properties: { ...Object.fromEntries(properties), ...more },
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

function entrySchema(entry: ParamEntry): JsonSchema {
  if (isIgnored(entry)) return { description: `Accepted and ignored. ${entry.help}` };
  if (isParam(entry)) return paramSchema(entry);
  const group = groupOf(entry) ?? {};
  const object = groupSchema(group);
  if (Object.hasOwn(group, 'active')) return { anyOf: [object, { type: 'boolean' }, ...NONE] };
  if (isOptionalGroup(entry) && isSwitched(entry)) {
    return { description: entry.help, anyOf: [object, { type: 'boolean' }, ...NONE], default: null };
  }
  const none = isOptionalGroup(entry) ? { description: 'None switches it off.' } : {};
  return { ...none, anyOf: [object, ...NONE] };
}

function paramSchema(entry: Param): JsonSchema {
  const unit = entry.unit === undefined ? '' : ` Unit: ${entry.unit}.`;
  return {
    description: `${entry.help}${unit}`,
    ...withoutNoise(z.toJSONSchema(entry.type.schema, { io: 'input', target: DRAFT })),
    default: shownDefault(entry),
  };
}

/** The default as users write it: one number for a pair of equal ones. */
export function shownDefault(entry: Param): unknown {
  const value = entry.default;
  if (entry.type.compact !== true || !Array.isArray(value) || value.length === 0) return value;
  return value.every((item) => item === value[0]) ? (value[0] as unknown) : value;
}

/** Without the dialect of every part, and without the limits of safe integers, which say nothing to a reader. */
function withoutNoise(schema: unknown): Record<string, unknown> {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const kept = Object.entries(value).filter(
      ([key, item]) => key !== '$schema' && Math.abs(Number(item)) !== Number.MAX_SAFE_INTEGER,
    );
    return Object.fromEntries(kept.map(([key, item]) => [key, walk(item)]));
  };
  return walk(schema) as Record<string, unknown>;
}
