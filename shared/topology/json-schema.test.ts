import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { topologyJsonSchema, type JsonSchema } from './json-schema.ts'
import { checkTopology } from './parse.ts'

const schema = topologyJsonSchema(testStrategies)
const folder = new URL('fixtures/topology-1/', import.meta.url)

/** A validator for the keywords that the schema uses, after the JSON Schema 2020-12 specification. */
function isValid(at: JsonSchema, value: unknown): boolean {
  const all = (key: string): JsonSchema[] => (at[key] ?? []) as JsonSchema[]
  if (
    typeof at.$ref === 'string' &&
    !isValid((schema.$defs as JsonSchema)[at.$ref.slice(8)] as JsonSchema, value)
  ) {
    return false
  }
  if ('const' in at && at.const !== value) return false
  if (Array.isArray(at.enum) && !at.enum.includes(value)) return false
  if (at.anyOf !== undefined && !all('anyOf').some((option) => isValid(option, value))) return false
  if (at.oneOf !== undefined && all('oneOf').filter((option) => isValid(option, value)).length !== 1)
    return false
  if (!all('allOf').every((option) => isValid(option, value))) return false
  if (at.if !== undefined && isValid(at.if as JsonSchema, value) && !isValid(at.then as JsonSchema, value))
    return false
  return isOfType(at, value) && isWithin(at, value)
}

function isOfType({ type }: JsonSchema, value: unknown): boolean {
  if (type === undefined) return true
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'null') return value === null
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}

function isWithin(at: JsonSchema, value: unknown): boolean {
  const bound = (key: string, holds: (limit: number) => boolean): boolean =>
    at[key] === undefined || holds(at[key] as number)
  if (typeof value === 'number') {
    return (
      bound('minimum', (limit) => value >= limit) &&
      bound('maximum', (limit) => value <= limit) &&
      bound('exclusiveMinimum', (limit) => value > limit)
    )
  }
  if (typeof value === 'string') {
    return (
      bound('minLength', (limit) => value.length >= limit) &&
      bound('maxLength', (limit) => value.length <= limit) &&
      (at.pattern === undefined || new RegExp(at.pattern as string).test(value))
    )
  }
  if (Array.isArray(value)) {
    return (
      bound('minItems', (limit) => value.length >= limit) &&
      bound('maxItems', (limit) => value.length <= limit) &&
      (at.items === undefined || value.every((item) => isValid(at.items as JsonSchema, item)))
    )
  }
  if (typeof value !== 'object' || value === null) return true
  const properties = (at.properties ?? {}) as Record<string, JsonSchema>
  return (
    ((at.required ?? []) as string[]).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => {
      if (Object.hasOwn(properties, name)) return isValid(properties[name], member)
      if (at.additionalProperties === undefined) return true
      return at.additionalProperties !== false && isValid(at.additionalProperties as JsonSchema, member)
    })
  )
}

describe('the schema and the parser agree', () => {
  const texts = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  test.each(readdirSync(folder))('%s is valid', (name) => {
    expect(isValid(schema, JSON.parse(readFileSync(new URL(name, folder), 'utf8')))).toBe(true)
  })

  test('wherever one value is replaced, what the schema refuses the parser refuses, and mostly the reverse', () => {
    const replacements = [null, -1, 2e9, '!', {}, [null]]
    let both = 0
    let parserOnly = 0
    for (const text of texts) {
      const file = JSON.parse(text) as Container
      forEachPlace(file, (container, key) => {
        const kept = container[key]
        for (const replacement of replacements) {
          container[key] = replacement
          const accepted = checkTopology(file, testStrategies).ok
          const valid = isValid(schema, file)
          if (accepted && !valid) expect([key, replacement]).toBe('valid too, since the parser accepts it')
          if (!accepted && !valid) both++
          if (!accepted && valid) parserOnly++
        }
        container[key] = kept
      })
    }
    expect(both).toBeGreaterThan(500)
    expect(parserOnly).toBeLessThan(both / 4)
  })
})

type Container = Record<string | number, unknown>

function forEachPlace(value: Container, visit: (container: Container, key: string | number) => void): void {
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    visit(value, key)
    const member = value[key]
    if (typeof member === 'object' && member !== null) forEachPlace(member as Container, visit)
  }
}

test('every field has a description', () => {
  const bare: string[] = []
  const walk = (at: unknown, path: string): void => {
    if (typeof at !== 'object' || at === null) return
    const { properties } = at as JsonSchema
    for (const [name, property] of Object.entries((properties ?? {}) as Record<string, JsonSchema>)) {
      if (property.description === undefined && !('const' in property)) bare.push(`${path}/${name}`)
    }
    for (const [name, member] of Object.entries(at)) walk(member, `${path}/${name}`)
  }
  walk(schema, '')
  // Conditions repeat fields that are described where they belong.
  expect(bare.filter((path) => !/\/allOf\/\d+\/(if|then)\//.test(path))).toEqual([])
})

test('parameters of a strategy are typed where the strategy is named', () => {
  const definitions = schema.$defs as Record<string, JsonSchema>
  expect(definitions['params-quorum'].properties).toMatchObject({
    w: { type: 'integer', default: 2, minimum: 1, maximum: 100 },
    waitMs: { type: 'number', 'x-unit': 'ms' },
    hints: { type: 'boolean', default: true },
    coordinator: { oneOf: [{ const: 'client' }, { const: 'replica' }] },
  })
})
