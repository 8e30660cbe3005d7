import { toJsonSchema } from '@valibot/to-json-schema'
import { duration } from './schema/distribution.ts'
import { FAULTS } from './schema/faults.ts'
import { client, region, replica } from './schema/places.ts'
import { expectation } from './schema/run.ts'
import { keyDistribution } from './schema/workload.ts'
import { topologyFile } from './schema.ts'
import type { ParamSpec, StrategyIndex, StrategyManifest } from './strategy.ts'

export type JsonSchema = { [key: string]: unknown }

/**
 * The topology format as JSON Schema (draft 2020-12), for editors and other programs. It says everything that one
 * place of a file can say; what spans places (names that exist, sums) is the parser's alone.
 */
export function topologyJsonSchema(strategies: StrategyIndex): JsonSchema {
  const faults = Object.entries(FAULTS).map(([kind, schema]) => [`fault-${kind}`, schema] as const)
  const converted = toJsonSchema(topologyFile, {
    target: 'draft-2020-12',
    typeMode: 'input',
    // Rules that span fields; the parser checks them.
    ignoreActions: ['raw_check', 'check'],
    definitions: {
      duration,
      keyDistribution,
      region,
      replica,
      client,
      expectation,
      ...Object.fromEntries(faults),
    },
  })
  const schema = tidy(converted) as JsonSchema & { properties: Record<string, JsonSchema>; $defs: JsonSchema }
  const { replication } = schema.properties
  const forms = [...strategies.values()].map(paramsSchema)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Replica Lab topology',
    description: 'A replicated data topology, its behaviour, its load and its faults (*.topology.json).',
    ...withoutKey(schema, '$schema'),
    properties: { ...schema.properties, replication: withStrategies(replication, strategies) },
    $defs: { ...schema.$defs, ...Object.fromEntries(forms) },
  }
}

function withStrategies(replication: JsonSchema, strategies: StrategyIndex): JsonSchema {
  const properties = replication.properties as Record<string, JsonSchema>
  const choices = [...strategies.values()].map(({ id, title, summary }) => ({
    const: id,
    title,
    description: summary,
  }))
  return {
    ...replication,
    properties: { ...properties, strategy: { ...properties.strategy, oneOf: choices } },
    allOf: [...strategies.values()].map(({ id }) => ({
      if: { properties: { strategy: { const: id } } },
      then: { properties: { params: { $ref: `#/$defs/params-${id}` } } },
    })),
  }
}

function paramsSchema({ id, title, params }: StrategyManifest): [string, JsonSchema] {
  const properties = Object.fromEntries(params.map((param) => [param.name, paramSchema(param)]))
  return [
    `params-${id}`,
    { title: `Parameters of ${title}`, type: 'object', properties, additionalProperties: false },
  ]
}

function paramSchema(param: ParamSpec): JsonSchema {
  const about = { title: param.label, description: param.help, default: param.default }
  switch (param.type) {
    case 'integer':
      return { ...about, type: 'integer', minimum: param.min, maximum: param.max }
    case 'ms':
      return { ...about, 'x-unit': 'ms', type: 'number', minimum: param.min, maximum: param.max }
    case 'boolean':
      return { ...about, type: 'boolean' }
    case 'choice':
      return {
        ...about,
        oneOf: param.choices.map(({ value, label, help }) => ({
          const: value,
          title: label,
          description: help,
        })),
      }
  }
}

/** Drops empty descriptions and `propertyNames` that only repeat that names are texts. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, member]) => !(key === 'description' && member === '') && key !== 'propertyNames',
  )
  return Object.fromEntries(kept.map(([key, member]) => [key, tidy(member)]))
}

function withoutKey(schema: JsonSchema, key: string): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key))
}
