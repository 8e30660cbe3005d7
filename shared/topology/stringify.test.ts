import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testStrategies } from './fixtures/strategies.ts'
import { METRIC_NAMES } from './metric-names.ts'
import { checkTopology, parseTopology } from './parse.ts'
import { fileOf, formatTopology } from './stringify.ts'
import type { Topology } from './types.ts'
import { YCSB_MIXES } from './ycsb.ts'

const folder = new URL('fixtures/topology-1/', import.meta.url)

function parsed(text: string): Topology {
  const result = parseTopology(text, testStrategies)
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2))
  return result.value
}

describe('fixtures', () => {
  test.each(readdirSync(folder))('%s survives a round trip, and writing settles', (name) => {
    const topology = parsed(readFileSync(new URL(name, folder), 'utf8'))
    for (const strategies of [undefined, testStrategies]) {
      const text = formatTopology(topology, strategies)
      expect(parsed(text)).toEqual(topology)
      expect(formatTopology(parsed(text), strategies)).toBe(text)
    }
  })
})

test('what is written is what a person would write', () => {
  const file = {
    format: 'replica-lab/topology@1',
    name: 'Small',
    regions: [{ id: 'east' }],
    replicas: [{ id: 'r1', region: 'east', disk: { fsync: 0.1 } }],
    clients: [{ id: 'c1', region: 'east' }],
    replication: { strategy: 'quorum', params: { n: 1, r: 1, w: 1 } },
    workload: { mix: 'ycsb-b', distribution: 'uniform' },
    faults: [{ atMs: 1000, kind: 'cut', from: 'c1', to: 'r1', forMs: 500 }],
  }
  expect(formatTopology(parsed(JSON.stringify(file)), testStrategies)).toBe(`{
  "format": "replica-lab/topology@1",
  "name": "Small",
  "regions": [{ "id": "east" }],
  "replicas": [{ "id": "r1", "region": "east", "disk": { "fsync": 0.1 } }],
  "clients": [{ "id": "c1", "region": "east" }],
  "replication": { "strategy": "quorum", "params": { "n": 1, "r": 1, "w": 1 } },
  "workload": { "mix": "ycsb-b", "distribution": "uniform" },
  "faults": [{ "atMs": 1000, "kind": "cut", "from": "c1", "to": "r1", "forMs": 500 }]
}
`)
})

test('the order of fields does not follow the order of the object', () => {
  const topology = parsed(readFileSync(new URL('everything.topology.json', folder), 'utf8'))
  const reversed = Object.fromEntries(Object.entries(topology).reverse()) as unknown as Topology
  reversed.run = { seed: 42, timeScale: 2, warmupMs: 500, durationMs: 5000 }
  expect(formatTopology(reversed)).toBe(formatTopology(topology))
})

// Random topologies. Where names must agree (zones, links, faults) they are drawn from a few that exist.

const ms = fc.oneof(fc.nat({ max: 1000 }), fc.double({ min: 0, max: 1000, noNaN: true }))
const positive = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1e-9, max: 1000, noNaN: true }))
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })

const { duration } = fc.letrec<{ duration: unknown }>((tie) => ({
  duration: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    ms,
    fc.record({ dist: fc.constant('constant'), value: ms, plusMs: optional(ms) }),
    fc.record({ dist: fc.constant('normal'), median: ms, sd: ms }),
    fc.record({
      dist: fc.constant('lognormal'),
      median: positive,
      sigma: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    fc.record({ dist: fc.constant('exponential'), meanMs: positive, plusMs: optional(ms) }),
    fc.record({ dist: fc.constant('pareto'), xm: positive, alpha: positive }),
    fc.record({ dist: fc.constant('mixture'), parts: fc.tuple(part(0.25, tie), part(0.75, tie)) }),
  ),
}))

function part(share: number, tie: (key: 'duration') => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.record({ share: fc.constant(share), of: tie('duration') })
}

const ppm = fc.nat({ max: 1_000_000 })
const clock = fc.record({
  offsetMs: optional(fc.integer({ min: -99, max: 99 })),
  driftPpm: optional(fc.nat({ max: 99 })),
})
const at = fc.option(fc.record({ x: fc.integer({ min: -999, max: 999 }), y: fc.nat({ max: 999 }) }))
const link = {
  oneWay: optional(duration),
  oneWayOf: optional(
    fc.dictionary(fc.constantFrom('quorum.read', 'quorum.write'), duration, { noNullPrototype: true }),
  ),
  lossPpm: optional(ppm),
  duplicatePpm: optional(ppm),
  reorderPpm: optional(ppm),
  ordered: optional(fc.boolean()),
  bandwidthMbps: optional(fc.option(positive)),
}
const place = fc.constantFrom('r1', 'r2', 'r3', 'c1', 'east', 'west')
const replicaName = fc.constantFrom('r1', 'r2', 'r3')
const when = { atMs: ms, forMs: optional(fc.option(positive)) }
const ends = fc
  .constantFrom(['r1', 'r2'], ['c1', 'west'], ['east', 'east'])
  .map(([from, to]) => ({ from, to }))
const fault = fc.oneof(
  fc.record({
    kind: fc.constant('partition'),
    ...when,
    groups: fc.constantFrom([['r1'], ['west']], [['east', 'r3']]),
  }),
  fc.record({ kind: fc.constantFrom('isolate', 'crash', 'pause'), ...when, replica: replicaName }),
  fc
    .tuple(fc.record({ kind: fc.constant('cut'), ...when, oneWay: optional(fc.boolean()) }), ends)
    .map(merged),
  fc.tuple(fc.record({ kind: fc.constant('slow'), ...when, plusMs: ms }), ends).map(merged),
  fc.tuple(fc.record({ kind: fc.constant('loss'), ...when, lossPpm: ppm }), ends).map(merged),
  fc.record({
    kind: fc.constant('clock'),
    ...when,
    replica: replicaName,
    driftPpm: optional(fc.nat({ max: 9 })),
  }),
  fc.record({ kind: fc.constant('slow-disk'), ...when, replica: replicaName, fsync: duration }),
  fc.record({
    kind: fc.constant('power-loss'),
    ...when,
    replicas: fc.uniqueArray(replicaName, { minLength: 1 }),
  }),
)

function merged(parts: readonly object[]): object {
  return Object.assign({}, ...parts) as object
}

const keys = fc.oneof(
  fc.constantFrom('uniform', 'zipfian', 'scrambled-zipfian', 'latest', 'hotspot'),
  fc.record({ kind: fc.constantFrom('zipfian', 'latest'), constant: fc.constantFrom(0.5, 0.99) }),
  fc.record({ kind: fc.constant('hotspot'), dataFraction: fc.constantFrom(0.2, 0.01) }),
)
const workload = fc.oneof(
  fc.record({
    mix: fc.oneof(
      fc.constantFrom(...YCSB_MIXES.keys()),
      fc.constantFrom({ read: 1 }, { read: 0.5, update: 0.5 }, { scan: 1 }),
    ),
    keys: optional(fc.integer({ min: 1, max: 10_000 })),
    distribution: optional(keys),
    valueBytes: optional(fc.integer({ min: 1, max: 1_000 })),
  }),
  fc.record({
    kind: fc.constant('probe'),
    offsetsMs: fc.uniqueArray(ms, { minLength: 1, maxLength: 4 }),
    samples: fc.integer({ min: 1, max: 99 }),
  }),
)

const file = fc.record({
  format: fc.constant('replica-lab/topology@1'),
  name: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  notes: optional(fc.string({ unit: 'binary', maxLength: 200 })),
  regions: fc.tuple(at, at).map(([a, b]) => [
    { id: 'east', zones: ['a', 'b'], at: a },
    { id: 'west', at: b },
  ]),
  replicas: fc
    .tuple(duration, optional(clock), duration, at)
    .map(([fsync, itsClock, perMessageMs, where]) => [
      {
        id: 'r1',
        region: 'east',
        zone: 'b',
        disk: { fsync },
        ...(itsClock === undefined ? {} : { clock: itsClock }),
      },
      { id: 'r2', region: 'east', service: { perMessageMs }, at: where },
      { id: 'r3', region: 'west' },
    ]),
  clients: fc
    .tuple(
      fc.oneof(
        fc.record({ open: fc.record({ ratePerS: positive }) }),
        fc.record({ closed: fc.record({ thinkMs: duration }) }),
      ),
      fc.integer({ min: 1, max: 9 }),
    )
    .map(([loop, sessions]) => [{ id: 'c1', region: 'west', sessions, loop, retry: { max: sessions } }]),
  links: optional(
    fc.record({
      default: optional(fc.record(link)),
      between: fc.uniqueArray(
        fc.record({ from: place, to: place, directed: optional(fc.boolean()), ...link, lossPpm: ppm }),
        {
          selector: ({ from, to }) => [from, to].sort().join(),
          maxLength: 3,
        },
      ),
    }),
  ),
  replication: fc.record({
    strategy: fc.constant('quorum'),
    params: optional(
      fc.record({
        w: optional(fc.constantFrom(1, 2, 3)),
        hints: optional(fc.boolean()),
        waitMs: optional(ms),
      }),
    ),
  }),
  consistency: optional(fc.record({ onPartition: fc.constantFrom('availability', 'consistency') })),
  workload,
  faults: optional(fc.array(fault, { maxLength: 3 })),
  run: optional(
    fc.record({
      seed: fc.maxSafeNat(),
      warmupMs: fc.nat({ max: 999 }),
      durationMs: fc.integer({ min: 1000, max: 9999 }),
    }),
  ),
  expect: optional(
    fc.array(fc.record({ metric: fc.constantFrom(...METRIC_NAMES.map(({ name }) => name)), atMost: ms }), {
      maxLength: 2,
    }),
  ),
})

test('parse(format(t)) is t, for random topologies', () => {
  let accepted = 0
  fc.assert(
    fc.property(file, (stated) => {
      // Through JSON, which drops what is undefined.
      const result = checkTopology(JSON.parse(JSON.stringify(stated)), testStrategies)
      // A random link may join a place with itself or repeat another; those files are refused, rightly.
      if (!result.ok) return
      accepted++
      for (const strategies of [undefined, testStrategies]) {
        const text = formatTopology(result.value, strategies)
        expect(parsed(text)).toEqual(result.value)
        expect(JSON.parse(text)).toEqual(fileOf(result.value, strategies))
      }
    }),
    { numRuns: 200 },
  )
  expect(accepted).toBeGreaterThan(100)
})
