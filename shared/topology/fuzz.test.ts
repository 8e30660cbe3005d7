import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { checkTopology, parseTopology } from './parse.ts'
import { formatTopology } from './stringify.ts'

/** Valid files, damaged in one to four places: the parser never throws, and says either yes or where and why not. */

const folder = new URL('fixtures/topology-1/', import.meta.url)
const names = readdirSync(folder)
const textOf = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))

type Container = Record<string | number, unknown>
interface Spot {
  container: Container
  key: string | number
}

function spotsOf(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return []
  const container = value as Container
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value)
  return keys.flatMap((key) => [{ container, key }, ...spotsOf(container[key])])
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

const values = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 'r1', 'r99', 'leader', 'us-east-1', [], {}, [[]], {
    dist: 'pareto',
  }),
  fc.constantFrom(0, -0, -1, 1, 0.5, 1e6, 1e9, 1e15, 2 ** 53, 1e300, Infinity, -Infinity, NaN, 5e-324),
  fc.constantFrom(40, 70).map(nested),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.jsonValue({ maxDepth: 3 }),
)

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), spot: fc.nat(), value: values }),
  fc.record({ kind: fc.constant('delete' as const), spot: fc.nat(), value: fc.constant(null) }),
  fc.record({ kind: fc.constant('rename' as const), spot: fc.nat(), value: fc.string({ maxLength: 12 }) }),
  fc.record({ kind: fc.constant('copy' as const), spot: fc.nat(), value: fc.nat() }),
)

function mutate(file: unknown, { kind, spot, value }: { kind: string; spot: number; value: unknown }): void {
  const spots = spotsOf(file)
  if (spots.length === 0) return
  const { container, key } = spots[spot % spots.length]
  // A copy: two damages may share a value, and one put into itself is nothing that JSON can say.
  if (kind === 'replace') container[key] = structuredClone(value)
  else if (kind === 'delete') delete container[key]
  else if (kind === 'copy')
    container[key] = structuredClone(spots[(value as number) % spots.length].container)
  else if (!Array.isArray(container)) {
    Object.defineProperty(container, value as string, {
      value: container[key],
      enumerable: true,
      configurable: true,
      writable: true,
    })
    delete container[key]
  }
}

function expectAnswer(result: ReturnType<typeof checkTopology>): void {
  if (result.ok) {
    // What is accepted can be written and read again.
    expect(parseTopology(formatTopology(result.value), testStrategies)).toEqual(result)
    return
  }
  expect(result.error.length).toBeGreaterThan(0)
  expect(result.error.length).toBeLessThanOrEqual(51)
  for (const { path, sentence } of result.error) {
    expect(path).toMatch(/^\$/)
    expect(sentence).toMatch(/^["A-Z]/)
    // Quotations from the file aside.
    const words = sentence.replace(/"(?:[^"\\]|\\.)*"/g, '"…"')
    expect(words).not.toMatch(/undefined|\[object|TypeError| {2}/)
  }
}

test('damaged values', () => {
  let accepted = 0
  let refused = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (name, mutations) => {
        const file = JSON.parse(textOf.get(name) ?? '') as unknown
        for (const step of mutations) mutate(file, step)
        const result = checkTopology(file, testStrategies)
        if (result.ok) accepted++
        else refused++
        expectAnswer(result)
      },
    ),
    { numRuns: 2_000 },
  )
  // The mutations are worth their time only while both answers occur.
  expect(accepted).toBeGreaterThan(20)
  expect(refused).toBeGreaterThan(500)
})

test('damaged text', () => {
  const edit = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 5 }),
    insert: fc.string({ unit: 'binary', maxLength: 3 }),
  })
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(edit, { minLength: 1, maxLength: 3 }), (name, edits) => {
      const damaged = edits.reduce(
        (before, { at, cut, insert }) => {
          const from = at % before.length
          return before.slice(0, from) + insert + before.slice(from + cut)
        },
        textOf.get(name) ?? '',
      )
      expectAnswer(parseTopology(damaged, testStrategies))
    }),
    { numRuns: 1_500 },
  )
})

test('any JSON at all', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expectAnswer(parseTopology(text, testStrategies))
    }),
    { numRuns: 500 },
  )
})
