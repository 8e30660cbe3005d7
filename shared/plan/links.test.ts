import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NS_PER_MS } from '../base/time.ts'
import { rttMatrix } from '../topology/rtt.ts'
import { clientOf, replicaOf, topologyOf } from '../testing/topologies.ts'
import type { DistributionSpec, LinkEntry, LinkSpec, LinksSpec, Topology } from '../topology/types.ts'
import { placesOf } from './build.ts'
import { linkTable } from './links.ts'
import type { LinkPlan, Place } from './types.ts'

const DEFAULT: LinkSpec = topologyOf().links.default

/** Two regions; r1, r2 and c1 in the east (ids 0, 1, 4), r3, r4 and c2 in the west (2, 3, 5). */
function topologyWith(links: Partial<LinksSpec>, [east, west] = ['east', 'west']): Topology {
  return topologyOf({
    regions: [east, west].map((id) => ({ id, zones: [], at: null })),
    replicas: [
      replicaOf('r1', { region: east }),
      replicaOf('r2', { region: east }),
      replicaOf('r3', { region: west }),
      replicaOf('r4', { region: west }),
    ],
    clients: [clientOf('c1', { region: east }), clientOf('c2', { region: west })],
    links: { rtt: null, default: DEFAULT, between: [], ...links },
  })
}

function entryOf(
  from: string,
  to: string,
  fields: Partial<LinkSpec> & { directed?: boolean } = {},
): LinkEntry {
  return { from, to, directed: false, ...fields }
}

function tableOf(between: LinkEntry[]) {
  const topology = topologyWith({ between })
  return linkTable(placesOf(topology), topology.links)
}

const ms = (link: LinkPlan, kind?: string) =>
  ((kind === undefined ? undefined : link.oneWayOf.get(kind)) ?? link.oneWay).quantileMs(0.5)

const [r1, r2, r3, r4, c1, c2] = [0, 1, 2, 3, 4, 5]

describe('which entry holds', () => {
  const rows: [string, LinkEntry[], [number, number, number][]][] = [
    [
      'none: the default',
      [],
      [
        [r1, r2, 1],
        [r1, r3, 1],
        [c1, r1, 1],
        [c1, c2, 1],
      ],
    ],
    ['a place reaches itself in no time', [entryOf('r1', 'r1', { oneWay: 9 })], [[r1, r1, 0]]],
    [
      'regions',
      [entryOf('east', 'west', { oneWay: 40 })],
      [
        [r1, r3, 40],
        [r4, r2, 40],
        [c2, r1, 40],
        [r1, r2, 1],
      ],
    ],
    [
      'a region with itself',
      [entryOf('east', 'east', { oneWay: 3 })],
      [
        [r1, r2, 3],
        [c1, r2, 3],
        [r3, r4, 1],
      ],
    ],
    [
      'directed',
      [entryOf('r1', 'r3', { oneWay: 7, directed: true })],
      [
        [r1, r3, 7],
        [r3, r1, 1],
      ],
    ],
    [
      'place and region beat regions, whatever the order',
      [entryOf('r1', 'west', { oneWay: 5 }), entryOf('west', 'east', { oneWay: 40 })],
      [
        [r1, r3, 5],
        [r4, r1, 5],
        [r2, r3, 40],
      ],
    ],
    [
      'places beat everything',
      [
        entryOf('r3', 'r1', { oneWay: 2 }),
        entryOf('r1', 'west', { oneWay: 5 }),
        entryOf('east', 'west', { oneWay: 9 }),
      ],
      [
        [r1, r3, 2],
        [r3, r1, 2],
        [r1, r4, 5],
        [r2, r3, 9],
      ],
    ],
    [
      'among equals the later, also across the two kinds of place and region',
      [
        entryOf('r1', 'west', { oneWay: 5 }),
        entryOf('east', 'r3', { oneWay: 6 }),
        entryOf('east', 'r4', { oneWay: 7 }),
      ],
      [
        [r1, r3, 6],
        [r1, r4, 7],
        [r2, r4, 7],
      ],
    ],
    [
      'a later directed entry overrides one way only',
      [entryOf('east', 'west', { oneWay: 5 }), entryOf('west', 'east', { oneWay: 6, directed: true })],
      [
        [r1, r3, 5],
        [r3, r1, 6],
      ],
    ],
    [
      'a client is a place like any other',
      [entryOf('c2', 'r1', { oneWay: 11 })],
      [
        [c2, r1, 11],
        [r1, c2, 11],
        [c1, r1, 1],
      ],
    ],
  ]
  test.each(rows)('%s', (_name, between, expected) => {
    const links = tableOf(between)
    for (const [from, to, oneWayMs] of expected)
      expect([from, to, ms(links.between(from, to))]).toEqual([from, to, oneWayMs])
  })
})

describe('fields', () => {
  test('each comes from the most specific entry that states it', () => {
    const link = tableOf([
      entryOf('r1', 'r3', { lossPpm: 1 }),
      entryOf('r1', 'west', { lossPpm: 2, duplicatePpm: 3, ordered: true }),
      entryOf('east', 'west', { duplicatePpm: 4, reorderPpm: 5, oneWay: 6, bandwidthMbps: 100 }),
    ]).between(r1, r3)
    expect(link).toMatchObject({ lossPpm: 1, duplicatePpm: 3, ordered: true, reorderPpm: 5, nsPerByte: 80 })
    expect(ms(link)).toBe(6)
  })

  test('an entry can take back a bandwidth', () => {
    const between = [
      entryOf('east', 'west', { bandwidthMbps: 8 }),
      entryOf('r1', 'west', { bandwidthMbps: null }),
    ]
    expect(tableOf(between).between(r2, r3).nsPerByte).toBe(1000)
    expect(tableOf(between).between(r1, r3).nsPerByte).toBe(0)
  })

  test('kinds: oneWayOf alone adds, oneWay starts afresh', () => {
    const links = tableOf([
      entryOf('east', 'west', { oneWay: 40, oneWayOf: { 'leaderless.write': 50, 'leaderless.read': 60 } }),
      entryOf('r1', 'west', { oneWayOf: { 'leaderless.write': 55 } }),
      entryOf('r2', 'west', { oneWay: 10 }),
      entryOf('r2', 'r4', { oneWay: 20, oneWayOf: { 'leaderless.read': 30 } }),
    ])
    const of = (from: number, to: number) =>
      [undefined, 'leaderless.write', 'leaderless.read'].map((kind) => ms(links.between(from, to), kind))
    expect(of(c1, r3)).toEqual([40, 50, 60])
    expect(of(r1, r3)).toEqual([40, 55, 60])
    expect(of(r2, r3)).toEqual([10, 10, 10])
    expect(of(r2, r4)).toEqual([20, 20, 30])
  })
})

describe('the round-trip matrix', () => {
  const [east, west] = ['us-east-1', 'eu-west-1']
  const rtt = rttMatrix('aws-2020').roundTripMs(east, west) as number

  test('gives half a round trip between regions, and nothing within one', () => {
    const topology = topologyWith({ rtt: 'aws-2020' }, [east, west])
    const links = linkTable(placesOf(topology), topology.links)
    expect(rtt).toBeGreaterThan(60)
    expect(ms(links.between(r1, r3))).toBe(rtt / 2)
    expect(ms(links.between(c2, r1))).toBe(rtt / 2)
    expect(ms(links.between(r1, r2))).toBe(1)
    expect(links.roundTripNs(r1, r3)).toBeCloseTo(rtt * NS_PER_MS, -1)
  })

  test('yields to an entry, and overrules kinds of the default', () => {
    const withKinds = { ...DEFAULT, oneWayOf: { 'leaderless.read': 9 } }
    const between = [entryOf(east, west, { lossPpm: 7 }), entryOf('r1', 'r3', { oneWay: 2 })]
    const topology = topologyWith({ rtt: 'aws-2020', default: withKinds, between }, [east, west])
    const links = linkTable(placesOf(topology), topology.links)
    expect(ms(links.between(r1, r3))).toBe(2)
    expect(ms(links.between(r1, r2), 'leaderless.read')).toBe(9)
    expect(ms(links.between(r2, r3), 'leaderless.read')).toBe(rtt / 2)
    expect(links.between(r2, r3).lossPpm).toBe(7)
  })

  test('a region that it does not know falls back on the default', () => {
    const topology = topologyWith({ rtt: 'aws-2020' }, [east, 'moon'])
    expect(ms(linkTable(placesOf(topology), topology.links).between(r1, r3))).toBe(1)
  })
})

describe('the table', () => {
  test('round trips add the medians of both ways', () => {
    const links = tableOf([
      entryOf('r1', 'r3', { oneWay: { dist: 'uniform', min: 1, max: 3 }, directed: true }),
      entryOf('r3', 'r1', { oneWay: 5, directed: true }),
    ])
    expect(links.roundTripNs(r1, r3)).toBe(7 * NS_PER_MS)
    expect(links.roundTripNs(r3, r1)).toBe(7 * NS_PER_MS)
    expect(links.roundTripNs(r1, r1)).toBe(0)
  })

  test('answers with the same object each time', () => {
    const links = tableOf([entryOf('r1', 'r3', { oneWay: 2 })])
    for (let from = 0; from < 6; from++) {
      for (let to = 0; to < 6; to++) expect(links.between(from, to)).toBe(links.between(from, to))
    }
  })

  test('two thousand places cost what is asked of them', () => {
    const topology = topologyOf({
      replicas: Array.from({ length: 1000 }, (_, i) => replicaOf(`r${i}`)),
      clients: Array.from({ length: 1000 }, (_, i) => clientOf(`c${i}`)),
    })
    const links = linkTable(placesOf(topology), topology.links)
    const distinct = new Set<LinkPlan>()
    for (let from = 0; from < 2000; from += 7) {
      for (let to = 0; to < 2000; to += 7) if (from !== to) distinct.add(links.between(from, to))
    }
    expect(distinct.size).toBe(1)
  })
})

/** The rules read aloud: walk all entries once per field, keeping the best so far. */
function naive(
  links: LinksSpec,
  from: Place,
  to: Place,
): Omit<LinkSpec, 'oneWayOf'> & { kinds: Record<string, DistributionSpec> } {
  const rank = (entry: LinkEntry): number => {
    const places = new Set(['r1', 'r2', 'r3', 'r4', 'c1', 'c2'])
    return Number(places.has(entry.from)) + Number(places.has(entry.to))
  }
  const named = (place: Place, name: string) => place.name === name || place.region === name
  const holds = (entry: LinkEntry) =>
    (named(from, entry.from) && named(to, entry.to)) ||
    (!entry.directed && named(from, entry.to) && named(to, entry.from))
  const best = <K extends keyof LinkSpec>(field: K): LinkSpec[K] => {
    let value = links.default[field]
    let bestRank = -1
    for (const entry of links.between) {
      if (entry[field] === undefined || !holds(entry) || rank(entry) < bestRank) continue
      bestRank = rank(entry)
      value = entry[field] as LinkSpec[K]
    }
    return value
  }
  const kinds: Record<string, DistributionSpec> = {}
  for (const kind of ['a', 'b']) {
    let value = links.default.oneWayOf[kind] ?? links.default.oneWay
    let bestRank = -1
    for (const entry of links.between) {
      const stated = entry.oneWayOf?.[kind] ?? entry.oneWay
      if (stated === undefined || !holds(entry) || rank(entry) < bestRank) continue
      bestRank = rank(entry)
      value = stated
    }
    kinds[kind] = value
  }
  return {
    oneWay: best('oneWay'),
    lossPpm: best('lossPpm'),
    duplicatePpm: best('duplicatePpm'),
    reorderPpm: best('reorderPpm'),
    ordered: best('ordered'),
    bandwidthMbps: best('bandwidthMbps'),
    kinds,
  }
}

test('resolving agrees with a naive reading of the rules on random entries', () => {
  const name = fc.constantFrom('east', 'west', 'r1', 'r2', 'r3', 'r4', 'c1', 'c2')
  const figure = fc.integer({ min: 0, max: 1000 })
  const entry = fc.record(
    {
      from: name,
      to: name,
      directed: fc.boolean(),
      oneWay: figure,
      oneWayOf: fc.dictionary(fc.constantFrom('a', 'b'), figure),
      lossPpm: figure,
      duplicatePpm: figure,
      reorderPpm: figure,
      ordered: fc.boolean(),
      bandwidthMbps: fc.option(fc.integer({ min: 1, max: 1000 })),
    },
    { requiredKeys: ['from', 'to', 'directed'] },
  )
  const base = fc.dictionary(fc.constantFrom('a', 'b'), figure)
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), base, (between, oneWayOf) => {
      const topology = topologyWith({ between: between, default: { ...DEFAULT, oneWayOf } })
      const places = placesOf(topology)
      const table = linkTable(places, topology.links)
      for (const from of places) {
        for (const to of places) {
          if (from === to) continue
          const link = table.between(from.id, to.id)
          const { oneWay, bandwidthMbps, kinds, ...flags } = naive(topology.links, from, to)
          expect(link).toMatchObject(flags)
          expect(ms(link)).toBe(oneWay)
          expect([ms(link, 'a'), ms(link, 'b')]).toEqual([kinds.a, kinds.b])
          expect(link.nsPerByte).toBe(bandwidthMbps === null ? 0 : 8000 / bandwidthMbps)
        }
      }
    }),
    { numRuns: 150 },
  )
})
