/** JSON Schema of a whole configuration file, for editors. */
import type { ParamGroup } from './declare.ts';
import { RUN } from './io.ts';
import { groupSchema, type JsonSchema } from './json-schema.ts';
import { SCAN } from './model.ts';

/** The groups a configuration may name, by that name. */
export interface NamedGroups {
  readonly scans: ReadonlyMap<string, ParamGroup>;
  readonly engines: ReadonlyMap<string, ParamGroup>;
}

/** Scan class that reads prepared data; it is meant where `data` names none. */
const PREPARED = 'PtydScan';

export function runSchema({ scans, engines }: NamedGroups): JsonSchema {
  const definitions = {
    ...Object.fromEntries(
      [...scans].map(([name, group]) => [`data-${name}`, named(name, group, name !== PREPARED)]),
    ),
    ...Object.fromEntries([...engines].map(([name, group]) => [`engine-${name}`, named(name, group, true)])),
  };
  const scan = groupSchema(SCAN, { data: oneOf('data', scans) }, ['data']);
  const { illumination, sample, ...properties } = scan.properties as Record<string, JsonSchema>;
  const shortForm = 'stxm, or a .ptyr file';
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'ptyflow configuration',
    ...groupSchema(
      RUN,
      {
        scans: {
          description: 'Scans by label.',
          type: 'object',
          additionalProperties: {
            ...scan,
            properties: {
              ...properties,
              illumination: withText(illumination, shortForm),
              sample: withText(sample, shortForm),
            },
          },
        },
        engines: {
          description: 'Engines by key, run in the order they are written.',
          anyOf: [{ type: 'object', additionalProperties: oneOf('engine', engines) }, { type: 'null' }],
        },
      },
      ['scans'],
    ),
    definitions,
  };
}

function named(name: string, group: ParamGroup, required: boolean): JsonSchema {
  return groupSchema(group, { name: { description: 'Which one.', const: name } }, required ? ['name'] : []);
}

function oneOf(kind: string, groups: ReadonlyMap<string, ParamGroup>): JsonSchema {
  return { anyOf: [...groups.keys()].map((name) => ({ $ref: `#/definitions/${kind}-${name}` })) };
}

function withText(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, anyOf: [...(schema.anyOf as JsonSchema[]), { type: 'string', description }] };
}
