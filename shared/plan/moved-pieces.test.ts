import { describe, expect, test } from 'vitest'
import { strategies } from '../protocols/registry.ts'
import { parseTopology } from '../topology/parse.ts'
import type { Topology } from '../topology/types.ts'
import { movedKeys, type MovedPiece } from './moved-pieces.ts'
import { newcomers } from './placement-figures.ts'

function topologyOf(partitioning: object, count = 4): Topology {
  const replicas = Array.from({ length: count }, (_, i) => ({ id: `r${i + 1}`, region: 'a' }))
  const parsed = parseTopology(
    JSON.stringify({
      format: 'replica-lab/topology@1',
      name: 'Moves',
      regions: [{ id: 'a' }],
      replicas,
      clients: [{ id: 'c', region: 'a' }],
      replication: { strategy: 'leaderless', params: { n: 2, r: 1, w: 1 } },
      partitioning,
      workload: { mix: 'ycsb-b', keys: 1000 },
    }),
    strategies,
  )
  if (!parsed.ok) throw new Error(parsed.error[0].sentence)
  return parsed.value
}

const sum = (pieces: readonly MovedPiece[]): number => pieces.reduce((total, { share }) => total + share, 0)

describe('pieces add up to what moves, and lie apart within the key space', () => {
  test.each([
    { scheme: 'consistent-hashing', virtualNodes: 16 },
    { scheme: 'hash', shards: 12 },
    { scheme: 'hash', shards: 4 },
    { scheme: 'slots', shards: 12 },
    { scheme: 'jump', shards: 4 },
    { scheme: 'range', shards: 8 },
    { scheme: 'rendezvous' },
  ])('%o', (partitioning) => {
    const topology = topologyOf(partitioning)
    for (const change of [{ add: newcomers(topology, 1) }, { remove: 'r2' }]) {
      const { pieces, movedFraction } = movedKeys(topology, change)
      expect(sum(pieces)).toBeCloseTo(movedFraction, 9)
      const sorted = [...pieces].sort((a, b) => a.from - b.from)
      sorted.forEach(({ from, share, source, target }, at) => {
        expect(source).not.toBe(target)
        expect(from).toBeGreaterThanOrEqual(-1e-9)
        const end = sorted[at + 1]?.from ?? 1 + Math.max(0, sorted[0].from)
        expect(from + share).toBeLessThanOrEqual(end + 1e-9)
      })
    }
  })
})

test('of a ring, a newcomer takes from everybody, and what a leaver had goes to the others', () => {
  const topology = topologyOf({ scheme: 'consistent-hashing', virtualNodes: 16 })
  const joined = movedKeys(topology, { add: newcomers(topology, 1) })
  expect(new Set(joined.pieces.map(({ target }) => target))).toEqual(new Set(['new-1']))
  expect([...new Set(joined.pieces.map(({ source }) => source))].sort()).toEqual(['r1', 'r2', 'r3', 'r4'])
  expect(joined.idealFraction).toBeCloseTo(1 / 5)
  const left = movedKeys(topology, { remove: 'r2' })
  expect(new Set(left.pieces.map(({ source }) => source))).toEqual(new Set(['r2']))
  // Where the leaver's arcs were.
  const { before } = left
  const own = before.members.reduce(
    (total, [owner], arc) => (before.setup.replicas[owner].id === 'r2' ? total + before.shares[arc] : total),
    0,
  )
  expect(sum(left.pieces)).toBeCloseTo(own, 9)
})

test('a piece of a ring lies within an arc of its former owner', () => {
  const { before, pieces } = movedKeys(topologyOf({ scheme: 'consistent-hashing', virtualNodes: 4 }), {
    remove: 'r3',
  })
  const ends = [...(before.ends ?? [])].map((end) => end / 2 ** 32)
  for (const { from, share, source } of pieces) {
    const middle = (from + share / 2) % 1
    const arc = ends.findIndex((end) => middle <= end)
    expect(before.setup.replicas[before.members[arc < 0 ? 0 : arc][0]].id).toBe(source)
  }
})

test('one replica takes over modulo the number of shards what the arithmetic says: all but 1/5', () => {
  const topology = topologyOf({ scheme: 'hash', shards: 4 })
  const { movedFraction, idealFraction } = movedKeys(topology, { add: newcomers(topology, 1) })
  // Keys with the same remainder by 4 and by 5: 4 residues of 20.
  expect(movedFraction).toBeCloseTo(1 - 4 / 20)
  expect(idealFraction).toBeCloseTo(1 / 5)
})
