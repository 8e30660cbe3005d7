import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changed, movement, type Change } from './change.ts'
import { layoutOf } from './layout.ts'
import { candidateOf, rendezvousOrder } from './rendezvous.ts'
import { shardsOf, SHARDS_MAX } from './shards.ts'
import type { Home, Layout, Setup } from './types.ts'
import type { PartitioningSpec } from '../topology/types.ts'
import { keyNameOf } from '../workload/key-names.ts'

const SCHEMES: PartitioningSpec['scheme'][] = [
  'none',
  'range',
  'hash',
  'slots',
  'consistent-hashing',
  'rendezvous',
  'jump',
]

const homes = (count: number, zones = 3, regions = 1): Home[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${index + 1}`,
    region: `region${index % regions}`,
    zone: `z${Math.floor(index / regions) % zones}`,
  }))

function setupOf(
  scheme: PartitioningSpec['scheme'],
  replicas: readonly Home[],
  rest: Partial<Setup & PartitioningSpec> = {},
): Setup {
  const { factor = Math.min(3, replicas.length), seed = 1, keys, ...spec } = rest
  return {
    spec: { scheme, shards: scheme === 'rendezvous' ? 256 : replicas.length, virtualNodes: 16, ...spec },
    replicas,
    factor,
    seed,
    keys: keys ?? { count: 2000, nameOf: keyNameOf({ kind: 'mix' }) },
  }
}

function owned(layout: Layout): number[] {
  const shares = layout.setup.replicas.map(() => 0)
  for (const [unit, share] of layout.shares.entries()) shares[layout.members[unit][0]] += share
  return shares
}

const scheme = fc.constantFrom(...SCHEMES)
const layouts = fc
  .record({
    scheme,
    count: fc.integer({ min: 1, max: 9 }),
    zones: fc.integer({ min: 1, max: 4 }),
    regions: fc.integer({ min: 1, max: 3 }),
    factor: fc.integer({ min: 1, max: 4 }),
    shards: fc.option(fc.integer({ min: 1, max: 40 })),
    virtualNodes: fc.integer({ min: 1, max: 20 }),
    tokens: fc.constantFrom('random' as const, 'allocated' as const),
    epsilon: fc.option(fc.constantFrom(0.05, 0.5)),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ scheme: name, count, zones, regions, factor, shards, epsilon, ...rest }) =>
    layoutOf(
      setupOf(name, homes(count, zones, regions), {
        ...rest,
        factor: Math.min(factor, count),
        ...(shards === null ? {} : { shards }),
        ...(epsilon === null ? {} : { epsilon }),
      }),
    ),
  )

describe('every scheme', () => {
  test('shares sum to one; every unit has its number of different replicas, as far apart as can be', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { factor, replicas } = layout.setup
        expect(layout.shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 10)
        const most = (names: string[]): number => Math.min(factor, new Set(names).size)
        const zoneOf = ({ region, zone }: Home): string => `${region}/${zone ?? ''}`
        const regions = most(replicas.map(({ region }) => region))
        for (const members of layout.members) {
          expect(new Set(members).size).toBe(factor)
          const there = members.map((replica) => replicas[replica])
          expect(new Set(there.map(({ region }) => region)).size).toBe(regions)
          if (regions === 1) expect(new Set(there.map(zoneOf)).size).toBe(most(replicas.map(zoneOf)))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('shards hold every unit once, with its owner, and every replica stands in somewhere', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { shards, shardOfUnit } = shardsOf(layout)
        expect(shards.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10)
        expect(shards.flatMap(({ units }) => units).sort((a, b) => a - b)).toEqual([...layout.shares.keys()])
        for (const { id, units, replicas, spares } of shards) {
          expect([...replicas, ...spares].sort((a, b) => a - b)).toEqual([...layout.setup.replicas.keys()])
          for (const unit of units) {
            expect(shardOfUnit[unit]).toBe(id)
            expect(layout.members[unit]).toEqual(replicas)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  test('the shares say where names go: counted over 3,000 names', () => {
    for (const name of SCHEMES) {
      const layout = layoutOf(setupOf(name, homes(5), { virtualNodes: 8, factor: 1 }))
      const counts = layout.setup.replicas.map(() => 0)
      const nameOf = keyNameOf({ kind: 'mix' })
      for (let key = 0; key < 3_000; key++) counts[layout.members[layout.unitOf(nameOf(key))][0]]++
      // Five standard deviations of a share at most one half, and what the 2,000 keys say of ranges.
      owned(layout).forEach((share, index) =>
        expect(Math.abs(counts[index] / 3_000 - share)).toBeLessThan(0.05),
      )
    }
  })
})

/** Who may give and take: all but hashing modulo, and bounded loads, let none but the one who joins or leaves. */
const MINIMAL: readonly string[] = SCHEMES.filter((name) => name !== 'hash')

describe('changes', () => {
  test('one that joins takes keys from others, and no key moves between others', () => {
    fc.assert(
      fc.property(layouts, fc.integer({ min: 1, max: 3 }), (layout, added) => {
        const { spec, factor } = layout.setup
        fc.pre(MINIMAL.includes(spec.scheme) && spec.epsilon === undefined)
        const add = homes(added, 2).map((home) => ({ ...home, id: `new-${home.id}` }))
        const { moves, movedFraction } = movement(layout, changed(layout, { add }, factor))
        for (const { to } of moves) expect(to).toMatch(/^new-/)
        expect(moves.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(movedFraction, 10)
      }),
      { numRuns: 100 },
    )
  })

  test('one that leaves gives all its keys to others, and no key moves between others', () => {
    fc.assert(
      fc.property(layouts, fc.nat(), (layout, pick) => {
        const { spec, replicas, factor } = layout.setup
        fc.pre(MINIMAL.includes(spec.scheme) && spec.epsilon === undefined && replicas.length > 1)
        // Jump hashing can lose its last bucket alone.
        const leaver = spec.scheme === 'jump' ? replicas.length - 1 : pick % replicas.length
        const after = changed(layout, { remove: replicas[leaver].id }, Math.min(factor, replicas.length - 1))
        const { moves, movedFraction } = movement(layout, after)
        for (const { from } of moves) expect(from).toBe(replicas[leaver].id)
        expect(movedFraction).toBeCloseTo(owned(layout)[leaver], 10)
      }),
      { numRuns: 100 },
    )
  })

  test('what is said to move is what moves: counted over 4,000 names', () => {
    const nameOf = keyNameOf({ kind: 'mix' })
    for (const name of SCHEMES) {
      for (const change of [
        { add: homes(2).map((home) => ({ ...home, id: `n${home.id}` })) },
        { remove: 'r2' },
      ] as Change[]) {
        const before = layoutOf(setupOf(name, homes(6), { virtualNodes: 8, keys: { count: 4_000, nameOf } }))
        const after = changed(before, change, 3)
        const idOf = ({ setup, members, unitOf }: Layout, key: string): string =>
          setup.replicas[members[unitOf(key)][0]].id
        let moved = 0
        for (let key = 0; key < 4_000; key++) {
          if (idOf(before, nameOf(key)) !== idOf(after, nameOf(key))) moved++
        }
        // Five standard deviations.
        expect(Math.abs(moved / 4_000 - movement(before, after).movedFraction)).toBeLessThan(0.04)
      }
    }
  })

  test('hashing modulo the number of replicas moves n of n + 1 keys', () => {
    for (let n = 1; n <= 12; n++) {
      const layout = layoutOf(setupOf('hash', homes(n), { factor: 1 }))
      const { movedFraction } = movement(
        layout,
        changed(layout, { add: [{ id: 'x', region: 'region0', zone: 'z0' }] }, 1),
      )
      expect(movedFraction).toBeCloseTo(n / (n + 1), 10)
    }
  })

  test('jump hashing, slots and allocated rings move one of n + 1, ranges and shards of slots as many whole ones', () => {
    const add = [{ id: 'x', region: 'region0', zone: 'z0' }]
    const movedBy = (setup: Setup): number => {
      const layout = layoutOf(setup)
      return movement(layout, changed(layout, { add }, setup.factor)).movedFraction
    }
    for (let n = 2; n <= 9; n++) {
      expect(movedBy(setupOf('jump', homes(n)))).toBeCloseTo(1 / (n + 1), 10)
      expect(Math.abs(movedBy(setupOf('slots', homes(n))) - 1 / (n + 1))).toBeLessThan(1 / 16_384)
      expect(Math.abs(movedBy(setupOf('consistent-hashing', homes(n))) * (n + 1) - 1)).toBeLessThan(0.2)
      for (const fixed of ['slots', 'range', 'jump'] as const) {
        const moved = movedBy(setupOf(fixed, homes(n), { shards: 60 }))
        expect(Math.abs(moved - Math.floor(60 / (n + 1)) / 60)).toBeLessThan(0.01)
      }
    }
  })

  test('shards that are moved stay balanced', () => {
    const layout = layoutOf(setupOf('slots', homes(6), { shards: 120 }))
    const counts = ({ setup, members }: Layout) =>
      setup.replicas.map((_, replica) => members.filter((list) => list.includes(replica)).length)
    expect(counts(layout)).toEqual([60, 60, 60, 60, 60, 60])
    const add = homes(3).map((home) => ({ ...home, id: `n${home.id}` }))
    const grown = changed(layout, { add }, 3)
    const parts = owned(grown).map((share) => Math.round(share * 120))
    expect(Math.max(...parts) - Math.min(...parts)).toBe(1)
    for (const held of counts(grown)) expect(Math.abs(held - 40)).toBeLessThanOrEqual(1)
  })
})

describe('rendezvous hashing', () => {
  test('without one candidate the order of the others stays', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 12 }), fc.nat(), (bucket, count, pick) => {
        const all = Array.from({ length: count }, (_, index) => candidateOf(`r${index}`))
        const gone = pick % count
        const order = rendezvousOrder(bucket, all).filter((index) => index !== gone)
        const fewer = rendezvousOrder(bucket, all.toSpliced(gone, 1))
        expect(fewer.map((index) => (index >= gone ? index + 1 : index))).toEqual(order)
      }),
    )
  })

  test('shares are in proportion to weights', () => {
    const candidates = [1, 2, 3, 4].map((weight) => candidateOf(`w${weight}`, weight))
    const counts = [0, 0, 0, 0]
    for (let bucket = 0; bucket < 20_000; bucket++) counts[rendezvousOrder(bucket, candidates)[0]]++
    // Chi-square with three degrees of freedom: below 21.1 in 9,999 of 10,000.
    const expected = [2_000, 4_000, 6_000, 8_000]
    const chiSquare = counts.reduce(
      (sum, count, index) => sum + (count - expected[index]) ** 2 / expected[index],
      0,
    )
    expect(chiSquare).toBeLessThan(21.1)
  })
})

test('a ring with very many different lists of replicas has a bounded number of shards, and exact owners', () => {
  const layout = layoutOf(
    setupOf('consistent-hashing', homes(100, 1), { virtualNodes: 60, tokens: 'random' }),
  )
  const { shards } = shardsOf(layout)
  expect(new Set(layout.members.map(String)).size).toBeGreaterThan(SHARDS_MAX)
  expect(shards.length).toBeLessThanOrEqual(SHARDS_MAX)
  const byOwner = layout.setup.replicas.map(() => 0)
  for (const { replicas, share } of shards) byOwner[replicas[0]] += share
  owned(layout).forEach((share, index) => expect(byOwner[index]).toBeCloseTo(share, 12))
})
