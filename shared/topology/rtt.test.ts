import { expect, test } from 'vitest'
import { rttMatrix, rttNames } from './rtt.ts'

test('the shipped matrices and their sizes', () => {
  expect(rttNames().map((name) => [name, rttMatrix(name).regions.length])).toEqual([
    ['aws-2020', 19],
    ['gcp-2020', 20],
    ['ibm-2026', 13],
  ])
})

test.each(rttNames())(
  '%s is complete, positive, symmetric, least on its diagonal, and names its source',
  (name) => {
    const matrix = rttMatrix(name)
    for (const a of matrix.regions) {
      const home = matrix.roundTripMs(a, a)!
      expect(home).toBeGreaterThan(0.05)
      expect(home).toBeLessThan(0.4)
      for (const b of matrix.regions) {
        const ms = matrix.roundTripMs(a, b)!
        expect(ms).toBe(matrix.roundTripMs(b, a))
        // A light path of half the Earth's circumference and back takes 200 ms in glass; detours at most double it.
        if (a !== b) expect(ms > 2 * home && ms < 450).toBe(true)
      }
    }
    expect(new Set(matrix.regions).size).toBe(matrix.regions.length)
    expect(matrix.name).toBe(name)
    for (const text of [matrix.cloud, matrix.measured, matrix.method, matrix.source])
      expect(text).toMatch(/\w{3}/)
  },
)

// Read from the sources by eye: both directions, then their mean.
test.each([
  ['aws-2020', 'us-east-1', 'eu-west-1', (70.508 + 70.501) / 2],
  ['aws-2020', 'af-south-1', 'us-west-2', (271.773 + 271.781) / 2],
  ['aws-2020', 'us-east-1', 'us-east-2', (10.549 + 10.55) / 2],
  ['aws-2020', 'us-west-2', 'us-west-2', 0.297],
  ['gcp-2020', 'asia-east1', 'asia-east2', (18.908 + 18.911) / 2],
  ['gcp-2020', 'asia-east1', 'asia-east1', 0.338],
  ['gcp-2020', 'us-west2', 'us-west2', 0.289],
  ['ibm-2026', 'us-south', 'ca-tor', (35 + 34) / 2],
  ['ibm-2026', 'us-south', 'br-sao', (142 + 141) / 2],
  ['ibm-2026', 'jp-tok', 'jp-tok', 0.1],
])('%s: %s to %s takes %d ms', (name, a, b, ms) => {
  expect(rttMatrix(name).roundTripMs(a, b)).toBeCloseTo(ms, 4)
})

test('IBM regions answer to their city too', () => {
  const matrix = rttMatrix('ibm-2026')
  expect(matrix.roundTripMs('Dallas', 'Toronto')).toBe(matrix.roundTripMs('us-south', 'ca-tor'))
  expect(matrix.roundTripMs('Washington DC', 'Madrid')).toBe(matrix.roundTripMs('us-east', 'eu-es'))
})

test('an unknown region has no round trip, an unknown matrix is a bug', () => {
  expect(rttMatrix('aws-2020').roundTripMs('us-east-1', 'moon-1')).toBeNull()
  expect(rttMatrix('aws-2020').roundTripMs('constructor', '__proto__')).toBeNull()
  expect(() => rttMatrix('aws-2021')).toThrow('aws-2021')
})
