import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test('keys are sorted by code unit at every depth, whatever the order of insertion', () => {
  expect(canonicalJson({ b: 1, a: { z: [1, 'x'], A: null }, é: true, '10': 0, '9': 0 })).toBe(
    '{"10":0,"9":0,"a":{"A":null,"z":[1,"x"]},"b":1,"é":true}',
  )
})

test('numbers and strings are printed as JSON.stringify prints them', () => {
  const values = [0, -0, 1e21, 1e-7, 0.1 + 0.2, 5e-324, 2 ** 53, '\u2028"\\\n\ud800']
  expect(canonicalJson(values)).toBe(JSON.stringify(values))
})

test('undefined members are left out', () => {
  expect(canonicalJson({ a: undefined, b: {}, c: [] })).toBe('{"b":{},"c":[]}')
})

test('with an indent it equals JSON.stringify of the sorted value', () => {
  const value = { a: [1, [2, { b: null }], {}, []], c: { d: { e: 'x' } }, f: [] }
  expect(canonicalJson(value, 2)).toBe(JSON.stringify(value, null, 2))
})

test('parses back to an equal value; the order of keys never shows', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, reversed(item)]),
    )
  }
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (value, indent) => {
      const text = canonicalJson(value, indent)
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(canonicalJson(value))))
      expect(canonicalJson(reversed(value), indent)).toBe(text)
    }),
    { seed: 1, numRuns: 300 },
  )
})

const cycle: { a: unknown[] } = { a: [] }
cycle.a.push(cycle)
test.each<[string, unknown, string]>([
  ['NaN', { a: [1, { b: NaN }] }, '$.a[1].b is NaN'],
  ['Infinity', -Infinity, '$ is -Infinity'],
  ['undefined in an array', [1, undefined], '$[1] is undefined'],
  ['undefined alone', undefined, '$ is undefined'],
  ['a function', { f: () => 1 }, '$.f is a function'],
  ['a bigint', [1n], '$[0] is a bigint'],
  ['a Map', { m: new Map() }, '$.m is a Map'],
  ['a cycle', cycle, '$.a[0] contains itself'],
])('%s is refused with its path', (_, value, message) => {
  expect(() => canonicalJson(value)).toThrow(`no canonical JSON: ${message}`)
})

test('one object in two places is no cycle', () => {
  const shared = { x: 1 }
  expect(canonicalJson([shared, { y: shared }])).toBe('[{"x":1},{"y":{"x":1}}]')
})

test('100,000 nested arrays do not overflow the stack', () => {
  let value: unknown = 1
  for (let i = 0; i < 100_000; i++) value = [value]
  expect(canonicalJson(value)).toBe('['.repeat(100_000) + '1' + ']'.repeat(100_000))
})
